using System.Text.Json.Serialization;

namespace AutoDevOps.Server.GitHub;

/// <summary>The git database of one repository, by GitHub's API.</summary>
/// <param name="repository">Its path, as <see cref="GitHubPath.Repository"/> gives it.</param>
/// <remarks>Source: https://docs.github.com/en/rest/git</remarks>
internal sealed class GitHubGit(GitHubClient client, GitHubToken token, string repository)
{
    /// <summary>Larger files are not changed.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    /// <summary>The commit that a branch leads to; null when there is no such branch.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubFailure.Conflict"/>: the repository has no commits.</exception>
    public async Task<string?> HeadAsync(string branch, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetAsync<Reference>(token, $"{repository}/git/ref/heads/{GitHubPath.Ref(branch)}", cancellationToken)).Object.Sha;
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.NotFound)
        {
            return null;
        }
    }

    public Task<Commit> CommitAsync(string sha, CancellationToken cancellationToken) =>
        client.GetAsync<Commit>(token, repository + GitHubPath.Of($"/git/commits/{sha}"), cancellationToken);

    /// <summary>What stands at a path, or the file that stands in its way; null when there is nothing.</summary>
    /// <param name="tree">A tree's id.</param>
    public async Task<Entry?> FindAsync(string tree, string path, CancellationToken cancellationToken)
    {
        var parts = path.Split('/');
        for (var depth = 0; ; depth++)
        {
            var listed = await client.GetAsync<Tree>(token, repository + GitHubPath.Of($"/git/trees/{tree}"), cancellationToken);
            if (listed.Truncated)
            {
                throw new GitHubException(GitHubFailure.TooLarge, "A folder of the repository has more entries than GitHub lists.");
            }

            var entry = listed.Entries.FirstOrDefault(entry => entry.Path == parts[depth]);
            if (entry is null || depth == parts.Length - 1 || entry.Type != "tree")
            {
                return entry is null ? null : entry with { Path = string.Join('/', parts[..(depth + 1)]) };
            }

            tree = entry.Sha;
        }
    }

    /// <exception cref="GitHubException"><see cref="GitHubFailure.TooLarge"/>: more than <see cref="MaxFileBytes"/>.</exception>
    public Task<byte[]> BlobAsync(string sha, CancellationToken cancellationToken) => client.DownloadAsync(
        token, repository + GitHubPath.Of($"/git/blobs/{sha}"), "application/vnd.github.raw+json",
        async (body, stop) =>
        {
            var buffer = new byte[MaxFileBytes + 1];
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
            return length <= MaxFileBytes ? buffer[..length] : throw new GitHubException(GitHubFailure.TooLarge, "The file is larger than 1 MiB: such are not changed.");
        },
        cancellationToken);

    public async Task<string> AddBlobAsync(byte[] content, CancellationToken cancellationToken) =>
        (await SendAsync<Named>(HttpMethod.Post, "/git/blobs", new { content = Convert.ToBase64String(content), encoding = "base64" }, cancellationToken)).Sha;

    /// <returns>The new tree's id.</returns>
    public async Task<string> AddTreeAsync(string baseTree, IEnumerable<Entry> entries, CancellationToken cancellationToken) =>
        (await SendAsync<Named>(
            HttpMethod.Post, "/git/trees",
            new { base_tree = baseTree, tree = entries.Select(entry => new { path = entry.Path, mode = entry.Mode, type = entry.Type, sha = entry.Sha }) },
            cancellationToken)).Sha;

    public async Task<string> AddCommitAsync(string message, string tree, string parent, CancellationToken cancellationToken) =>
        (await SendAsync<Named>(HttpMethod.Post, "/git/commits", new { message, tree, parents = new[] { parent } }, cancellationToken)).Sha;

    public Task AddBranchAsync(string branch, string sha, CancellationToken cancellationToken) =>
        client.SendAsync(token, HttpMethod.Post, $"{repository}/git/refs", new { @ref = $"refs/heads/{branch}", sha }, cancellationToken);

    /// <summary>Leads a branch to another commit, wherever it led before.</summary>
    public Task MoveBranchAsync(string branch, string sha, CancellationToken cancellationToken) =>
        client.SendAsync(token, HttpMethod.Patch, $"{repository}/git/refs/heads/{GitHubPath.Ref(branch)}", new { sha, force = true }, cancellationToken);

    private Task<T> SendAsync<T>(HttpMethod method, string path, object body, CancellationToken cancellationToken) =>
        client.SendAsync<T>(token, method, repository + path, body, cancellationToken);

    /// <param name="Path">In its folder, as GitHub lists it; from the root, as <see cref="FindAsync"/> gives it.</param>
    /// <param name="Mode">As git writes it, such as <c>100644</c>.</param>
    public sealed record Entry(string Path, string Mode, string Type, string Sha)
    {
        public bool IsFile => Type == "blob" && Mode is "100644" or "100755" or "100664";
    }

    public sealed record Commit(string Sha, string Message, Named Tree, IReadOnlyList<Named> Parents);

    public sealed record Named(string Sha);

    private sealed record Reference(Named Object);

    private sealed record Tree([property: JsonPropertyName("tree")] IReadOnlyList<Entry> Entries, bool Truncated = false);
}
