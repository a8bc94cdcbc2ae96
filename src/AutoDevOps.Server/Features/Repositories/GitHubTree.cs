using AutoDevOps.Server.Git;
using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Lists what a commit holds, in one request; in several where GitHub cuts the list.</summary>
/// <remarks>Source: https://docs.github.com/en/rest/git/trees. A list is cut at 100,000 entries or 7 MB.</remarks>
internal static class GitHubTree
{
    // Real folders are far below; a tree that holds itself ten times over is not a repository.
    private const int MaxDepth = 64;
    private const int MaxRequests = 500;

    /// <summary>An entry that is no folder.</summary>
    /// <param name="Mode">As git writes it: 100644, 100755, 120000 for a link, 160000 for a submodule.</param>
    public sealed record Entry(string Path, string Mode, ObjectId Id, long Size);

    /// <param name="repository">The path of the repository's addresses.</param>
    /// <param name="tree">The id of its root.</param>
    /// <exception cref="GitHubException">It cannot be listed.</exception>
    public static async Task<IReadOnlyList<Entry>> ReadAsync(
        GitHubClient client, GitHubToken token, string repository, string tree, CancellationToken cancellationToken)
    {
        List<Entry> entries = [];
        var requests = 0;
        await ReadAsync(tree, "", depth: 0);
        return entries;

        async Task ReadAsync(string sha, string prefix, int depth)
        {
            var whole = await AskAsync(sha, "?recursive=1");
            if (!whole.Truncated)
            {
                entries.AddRange(Files(whole, prefix));
                return;
            }

            // Its folders one by one; each of them may be cut again.
            var level = await AskAsync(sha, "");
            entries.AddRange(Files(level, prefix));
            foreach (var folder in level.Tree.Where(entry => entry.Type == "tree"))
            {
                if (depth >= MaxDepth)
                {
                    throw new GitHubException(GitHubFailure.TooLarge, $"The repository has folders more than {MaxDepth} deep in a list that GitHub cuts.");
                }

                await ReadAsync(folder.Sha, $"{prefix}{folder.Path}/", depth + 1);
            }
        }

        async Task<Answer> AskAsync(string sha, string query) => ++requests <= MaxRequests
            ? await client.GetAsync<Answer>(token, repository + GitHubPath.Of($"/git/trees/{sha}") + query, cancellationToken)
            : throw new GitHubException(GitHubFailure.TooLarge, $"The repository has more folders than {MaxRequests} requests can list.");
    }

    private static IEnumerable<Entry> Files(Answer answer, string prefix)
    {
        foreach (var item in answer.Tree.Where(item => item.Type != "tree"))
        {
            yield return ObjectId.TryParse(item.Sha, out var id)
                ? new Entry(prefix + item.Path, item.Mode, id, item.Size)
                : throw new GitHubException(GitHubFailure.Malformed, $"GitHub lists {item.Path} under an id that is none.");
        }
    }

    private sealed record Answer(IReadOnlyList<Item> Tree, bool Truncated = false);

    private sealed record Item(string Path, string Mode, string Type, string Sha, long Size = 0);
}
