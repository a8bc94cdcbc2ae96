using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Brings a change to GitHub: branch, commit, pull request. Each step first looks whether it was done.</summary>
/// <param name="location"><c>owner/name</c>.</param>
/// <param name="githubId">The number of the repository that is meant; null: it is not known.</param>
/// <param name="askId">Of this time that somebody asked: what of it was closed stays closed.</param>
/// <remarks>Source: https://docs.github.com/en/rest/pulls/pulls and https://docs.github.com/en/rest/git</remarks>
internal sealed class PullRequestSteps(GitHubClient client, GitHubToken token, string location, long? githubId, string branch, Guid askId)
{
    // Stands at the end of each commit of ours: one whose tree is another was made by somebody else.
    private const string Trailer = "AutoDevOps-Tree: ";

    private readonly string _path = GitHubPath.Repository(location);

    /// <param name="Refusal">Why nothing was done.</param>
    /// <param name="Note">What was left as it is.</param>
    public sealed record Result(string State, int? Number = null, string? Address = null, string? HeadSha = null, string? Note = null, string? Refusal = null);

    /// <param name="build">What to propose to a base.</param>
    public async Task<Result> RunAsync(Func<GitHubGit, ProposalBase, Task<ProposedChange>> build, CancellationToken cancellationToken)
    {
        var described = await GitHubRepositoryAnswer.ReadAsync(client, token, location, githubId, cancellationToken);
        if (described.Archived)
        {
            return Refused("The repository is archived on GitHub: nothing in it can be changed.");
        }

        var git = new GitHubGit(client, token, _path);
        if (described.DefaultBranch is not { } main || await BaseAsync(git, described.FullName, main, cancellationToken) is not { } target)
        {
            return Refused("The repository has no commits yet: there is nothing to propose a change of.");
        }

        var change = await build(git, target);
        if (change.Refusal is { } why)
        {
            return Refused(why);
        }

        if (change.Changes.Count == 0)
        {
            return new Result("unchanged");
        }

        var (head, note) = await PushAsync(git, target, change, cancellationToken);
        return head is null ? new Result("unchanged") : await OpenAsync(target, change, head, note, cancellationToken);
    }

    private static Result Refused(string why) => new("failed", Refusal: why);

    private static async Task<ProposalBase?> BaseAsync(GitHubGit git, string fullName, string branch, CancellationToken cancellationToken)
    {
        try
        {
            return await git.HeadAsync(branch, cancellationToken) is { } sha
                ? new ProposalBase(fullName, branch, sha, (await git.CommitAsync(sha, cancellationToken)).Tree.Sha)
                : null;
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Conflict)
        {
            return null;
        }
    }

    /// <summary>Leads the branch to one commit with the change, on the base as it is.</summary>
    /// <returns>The commit, null when it would change nothing; and what was left as it is.</returns>
    private async Task<(string? Head, string? Note)> PushAsync(GitHubGit git, ProposalBase target, ProposedChange change, CancellationToken cancellationToken)
    {
        var head = await git.HeadAsync(branch, cancellationToken);
        if (head is not null && !IsOurs(await git.CommitAsync(head, cancellationToken)))
        {
            return (head, $"Somebody has pushed to the branch {branch}: it was left as it is. Delete it on GitHub to have it made anew.");
        }

        var tree = await WriteAsync(() => TreeAsync(git, target, change.Changes, cancellationToken), change);
        if (tree == target.Tree)
        {
            return (null, null);
        }

        if (head is not null && await git.CommitAsync(head, cancellationToken) is var there && there.Tree.Sha == tree && there.Parents is [var parent] && parent.Sha == target.Commit)
        {
            return (head, null);
        }

        var commit = await git.AddCommitAsync($"{change.Title}\n\n{Trailer}{tree}\n", tree, target.Commit, cancellationToken);
        await WriteAsync(() => PointAsync(git, target, head, commit, cancellationToken), change);
        return (commit, null);
    }

    private static bool IsOurs(GitHubGit.Commit commit) =>
        commit.Parents.Count == 1 && commit.Message.TrimEnd().EndsWith($"\n{Trailer}{commit.Tree.Sha}", StringComparison.Ordinal);

    private static async Task<string> TreeAsync(GitHubGit git, ProposalBase target, IReadOnlyList<FileChange> changes, CancellationToken cancellationToken)
    {
        var entries = new List<GitHubGit.Entry>();
        foreach (var change in changes)
        {
            var mode = (await git.FindAsync(target.Tree, change.Path, cancellationToken))?.Mode ?? "100644";
            entries.Add(new GitHubGit.Entry(change.Path, mode, "blob", await git.AddBlobAsync(change.Content, cancellationToken)));
        }

        return await git.AddTreeAsync(target.Tree, entries, cancellationToken);
    }

    private async Task<string> PointAsync(GitHubGit git, ProposalBase target, string? head, string commit, CancellationToken cancellationToken)
    {
        try
        {
            await (head is null ? git.AddBranchAsync(branch, commit, cancellationToken) : git.MoveBranchAsync(branch, commit, cancellationToken));
            return commit;
        }
        catch (GitHubException exception) when (exception.Failure is GitHubFailure.Rejected or GitHubFailure.NotFound)
        {
            // Somebody else was quicker; with all of it read anew, the next attempt knows.
            if (await git.HeadAsync(branch, cancellationToken) != head || await git.HeadAsync(target.Branch, cancellationToken) != target.Commit)
            {
                throw new GitHubException(GitHubFailure.Conflict, "The branches changed on GitHub in the meantime.", inner: exception);
            }

            throw exception.Failure == GitHubFailure.NotFound ? exception
                : new GitHubException(GitHubFailure.Rejected, $"GitHub does not allow the branch {branch}: a rule of the repository may be in the way. {exception.Message}", inner: exception);
        }
    }

    private async Task<Result> OpenAsync(ProposalBase target, ProposedChange change, string head, string? note, CancellationToken cancellationToken)
    {
        var ask = $"\n<!-- autodevops {askId:N} -->\n";
        var known = await PullsAsync(target, cancellationToken);
        if (known.FirstOrDefault(pull => pull.State == "open") is { } open)
        {
            return Opened(note is null ? await UpdateAsync(open, target, change, ask, cancellationToken) : open, head, note);
        }

        // Opened by an earlier run of this job, and closed by somebody since.
        if (known.FirstOrDefault(pull => pull.Body?.Contains(ask.Trim(), StringComparison.Ordinal) == true) is { } ended)
        {
            return Opened(ended, head, null);
        }

        if (note is not null)
        {
            return Refused(note);
        }

        try
        {
            return Opened(
                await WriteAsync(
                    () => client.SendAsync<Pull>(
                        token, HttpMethod.Post, $"{_path}/pulls",
                        new { title = change.Title, body = change.Body + ask, head = branch, @base = target.Branch, maintainer_can_modify = true }, cancellationToken),
                    change),
                head, null);
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Rejected && exception.Message.Contains("No commits between", StringComparison.Ordinal))
        {
            return new Result("unchanged", HeadSha: head);
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Rejected && exception.Message.Contains("already exists", StringComparison.Ordinal))
        {
            // Its list did not have it yet.
            throw new GitHubException(GitHubFailure.Unavailable, "GitHub has the pull request, and does not list it yet.", inner: exception);
        }
    }

    private async Task<Pull> UpdateAsync(Pull open, ProposalBase target, ProposedChange change, string ask, CancellationToken cancellationToken) =>
        open.Title == change.Title && open.Base.Ref == target.Branch && open.Body?.ReplaceLineEndings("\n") == change.Body + ask
            ? open
            : await WriteAsync(
                () => client.SendAsync<Pull>(
                    token, HttpMethod.Patch, _path + GitHubPath.Of($"/pulls/{open.Number}"), new { title = change.Title, body = change.Body + ask, @base = target.Branch }, cancellationToken),
                change);

    private async Task<List<Pull>> PullsAsync(ProposalBase target, CancellationToken cancellationToken)
    {
        var pulls = new List<Pull>();
        var owner = target.Repository.Split('/')[0];
        await foreach (var pull in client.ListAsync<Pull>(token, $"{_path}/pulls?state=all&head={Uri.EscapeDataString($"{owner}:{branch}")}", null, cancellationToken))
        {
            if (pull.Head.Ref == branch)
            {
                pulls.Add(pull);
            }
        }

        return pulls;
    }

    private static Result Opened(Pull pull, string head, string? note) =>
        new(pull.State == "open" ? "open" : pull.MergedAt is null ? "closed" : "merged", pull.Number, pull.HtmlUrl, head, note);

    // GitHub says 404, not 403, of what a token may read and not write.
    private static async Task<T> WriteAsync<T>(Func<Task<T>> write, ProposedChange change)
    {
        try
        {
            return await write();
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.NotFound
            || (exception.Failure == GitHubFailure.Forbidden && exception.Message.Contains("workflow", StringComparison.OrdinalIgnoreCase)))
        {
            throw new GitHubException(
                GitHubFailure.Forbidden,
                change.ChangesWorkflows
                    ? "GitHub does not let us change files under .github/workflows: whoever connected the repository must sign in again and allow the scope workflow; or the GitHub App needs its permission to write workflows."
                    : "GitHub lets us read the repository and not write to it: whoever connected it must be allowed to push; or the GitHub App needs its permissions to write contents and pull requests.",
                inner: exception);
        }
    }

    private sealed record Pull(
        int Number, string State, string HtmlUrl, string Title, Side Head, Side Base, string? Body = null, DateTimeOffset? MergedAt = null);

    private sealed record Side(string Ref);
}
