using System.IO.Compression;
using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Asks GitHub to show a result: each part once, and the same one again when it is told again.</summary>
/// <param name="site">Where people see us.</param>
/// <param name="noted">Takes what could not be told, and why.</param>
/// <remarks>Sources: https://docs.github.com/en/rest/checks/runs, https://docs.github.com/en/rest/commits/statuses,
/// https://docs.github.com/en/rest/code-scanning</remarks>
internal sealed class ResultPublisher(GitHubClient client, GitHubToken token, PublishResults.Subject subject, Uri site, TimeProvider time, List<string> noted)
{
    private const string Branches = "refs/heads/";

    private readonly string _path = GitHubPath.Repository(subject.Place.Location);
    private readonly PublishedRow _known = subject.Known;
    private readonly CheckSummary _summary = new(subject, site);

    /// <param name="save">Keeps what stands on GitHub by now.</param>
    public async Task RunAsync(Func<PublishedRow, Task> save, CancellationToken cancellationToken)
    {
        var isThere = await TryAsync(
            "The result", () => GitHubRepositoryAnswer.ReadAsync(client, token, subject.Place.Location, subject.Place.GithubId, cancellationToken));
        if (!isThere || await CommitAsync(cancellationToken) is not { } commit)
        {
            return;
        }

        // Only Apps have checks. One that may not write them can perhaps still write statuses.
        if (!subject.Place.HasApp || !await TryAsync("The check", () => CheckAsync(commit, cancellationToken)))
        {
            await TryAsync("The commit status", () => StatusAsync(commit, cancellationToken));
        }

        await save(_known);
        if (subject.Sarif is { } sarif && _known.SarifId is null)
        {
            await TryAsync("Code scanning", async () =>
            {
                if (await ReferenceAsync(cancellationToken) is { } reference)
                {
                    await UploadAsync(commit, reference, sarif, cancellationToken);
                }
            });
        }
    }

    /// <summary>The commit that was examined, or was to be.</summary>
    private async Task<string?> CommitAsync(CancellationToken cancellationToken)
    {
        if (subject.Analysis.CommitSha is { } sha)
        {
            return sha;
        }

        var reference = subject.Analysis.PullRequest is { } number ? $"refs/pull/{number}/head" : subject.Analysis.Ref ?? subject.Place.DefaultBranch;
        string? found = null;
        try
        {
            await TryAsync("The result", async () =>
                found = reference is null ? null : (await client.GetAsync<Found>(token, $"{_path}/commits/{GitHubPath.Ref(reference)}", cancellationToken)).Sha);
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Conflict)
        {
            noted.Add("The repository is empty: there is no commit to show a result at.");
        }

        return found;
    }

    private async Task CheckAsync(string commit, CancellationToken cancellationToken)
    {
        _known.CheckRunId ??= await FindCheckAsync(commit, cancellationToken);
        var output = new { title = _summary.Title, summary = _summary.Markdown };
        if (_known.CheckRunId is { } id)
        {
            // Annotations that are sent again stand there twice: they came with the check.
            await client.SendAsync(
                token, HttpMethod.Patch, _path + GitHubPath.Of($"/check-runs/{id}"),
                new { status = "completed", conclusion = _summary.Conclusion, details_url = _summary.Page, output }, cancellationToken);
            return;
        }

        var made = await client.SendAsync<CheckRun>(
            token, HttpMethod.Post, $"{_path}/check-runs",
            new
            {
                name = _summary.Name,
                head_sha = commit,
                external_id = subject.Analysis.Id.ToString(),
                details_url = _summary.Page,
                status = "completed",
                conclusion = _summary.Conclusion,
                completed_at = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
                output = new { output.title, output.summary, annotations = _summary.Annotations() },
            },
            cancellationToken);
        _known.CheckRunId = made.Id;
    }

    /// <summary>The check that an earlier run made, and could not keep the id of.</summary>
    private async Task<long?> FindCheckAsync(string commit, CancellationToken cancellationToken)
    {
        var path = _path + GitHubPath.Of($"/commits/{commit}/check-runs") + $"?filter=all&check_name={Uri.EscapeDataString(_summary.Name)}";
        await foreach (var run in client.ListAsync<CheckRun>(token, path, "check_runs", cancellationToken))
        {
            if (run.ExternalId == subject.Analysis.Id.ToString())
            {
                return run.Id;
            }
        }

        return null;
    }

    private async Task StatusAsync(string commit, CancellationToken cancellationToken)
    {
        var state = _summary.Status;
        if (_known.StatusState != state && !await HasStatusAsync(commit, state, cancellationToken))
        {
            await client.SendAsync(
                token, HttpMethod.Post, _path + GitHubPath.Of($"/statuses/{commit}"),
                new { state, context = _summary.Context, description = _summary.Line, target_url = _summary.Page }, cancellationToken);
        }

        _known.StatusState = state;
    }

    // The newest of a context is what counts.
    private async Task<bool> HasStatusAsync(string commit, string state, CancellationToken cancellationToken)
    {
        await foreach (var status in client.ListAsync<Status>(token, _path + GitHubPath.Of($"/commits/{commit}/statuses"), null, cancellationToken))
        {
            if (status.Context == _summary.Context)
            {
                return status.State == state && status.TargetUrl == _summary.Page;
            }
        }

        return false;
    }

    /// <summary>The branch or pull request that was examined; null: a tag or a commit was, which code scanning has no place for.</summary>
    private async Task<string?> ReferenceAsync(CancellationToken cancellationToken)
    {
        if (subject.Analysis.PullRequest is { } number)
        {
            return $"refs/pull/{number}/head";
        }

        if (subject.Analysis.Ref is not { } named)
        {
            return Branches + subject.Place.DefaultBranch;
        }

        var branch = named.StartsWith(Branches, StringComparison.Ordinal) ? named[Branches.Length..] : named;
        return await new GitHubGit(client, token, _path).HeadAsync(branch, cancellationToken) is null ? null : Branches + branch;
    }

    private async Task UploadAsync(string commit, string reference, byte[] sarif, CancellationToken cancellationToken)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(sarif, cancellationToken);
        }

        var given = await client.SendAsync<Given>(
            token, HttpMethod.Post, $"{_path}/code-scanning/sarifs",
            new { commit_sha = commit, @ref = reference, sarif = Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length)), tool_name = "AutoDevOps" },
            cancellationToken);
        _known.SarifId = given.Id;
    }

    /// <returns>Whether it was done. What GitHub does not allow, or does not have, is noted.</returns>
    private async Task<bool> TryAsync(string what, Func<Task> tell)
    {
        try
        {
            await tell();
            return true;
        }
        catch (GitHubException exception) when (exception.Failure is GitHubFailure.Forbidden or GitHubFailure.NotFound or GitHubFailure.Rejected or GitHubFailure.Blocked or GitHubFailure.TooLarge)
        {
            noted.Add($"{what} could not be given to GitHub. {exception.Message}");
            return false;
        }
    }

    private sealed record Found(string Sha);

    private sealed record CheckRun(long Id, string? ExternalId = null);

    private sealed record Status(string State, string Context, string? TargetUrl = null);

    private sealed record Given(string Id);
}
