using System.Globalization;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Server.GitHub;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Reads a repository from GitHub by its API: the list of a commit's files, and the contents that are not here yet. The first time one
/// archive brings them all; after a push only what changed is fetched.</summary>
/// <remarks>Which files there are is said by the commit's tree, and every content is checked against the tree's id of it: what comes of an
/// archive, of single requests and of the cache is the same to the byte. See docs/decisions/0022.</remarks>
internal sealed class GitHubSource(
    GitHubAccess access, GitHubClient client, GitCache cache, IOptions<RepositoryOptions> options, ILogger<GitHubSource> logger) : IRepositorySource
{
    /// <summary>Up to so many contents are asked for one by one; more come by an archive.</summary>
    internal const int MaxSingles = 60;

    /// <summary>What an archive leaves out is asked for one by one as well, but not without end: the rest is told, and not read.</summary>
    private const int MaxLeftOut = 1000;

    private const int AtOnce = 6;

    // Source text packs to about a fifth.
    private const int MaxExpansion = 16;

    public string Source => "github";

    public async Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken)
    {
        try
        {
            return await access.ForRepositoryAsync(place.Caller, place.RepositoryId, token => ReadAsync(place, token, reference, cancellationToken), cancellationToken);
        }
        catch (GitHubException exception) when (exception.NotBefore is null)
        {
            throw Unreadable(exception, place, reference);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new RepositoryUnreadableException(
                exception is InvalidDataException ? $"What GitHub sent cannot be used. {exception.Message}" : "What was fetched cannot be kept: the disk of this worker is full, or may not be written to.",
                isFinal: exception is InvalidDataException, exception);
        }
    }

    private async Task<RepositoryFiles> ReadAsync(RepositoryPlace place, GitHubToken token, string? reference, CancellationToken cancellationToken)
    {
        var path = GitHubPath.Repository(place.Location);
        var branch = (await GitHubRepositoryAnswer.ReadAsync(client, token, place.Location, place.GithubId, cancellationToken)).DefaultBranch
            ?? throw new GitHubException(GitHubFailure.Malformed, "GitHub does not say what the default branch is.");
        var commit = await client.GetAsync<Commit>(token, $"{path}/commits/{GitHubPath.Ref(reference ?? branch)}", cancellationToken);
        var entries = await GitHubTree.ReadAsync(client, token, path, commit.Details.Tree.Sha, cancellationToken);
        using var turn = await cache.EnterAsync(place.OrganizationId, place.RepositoryId, cancellationToken);
        turn.Blobs.Prepare();
        var limits = SnapshotLimits.Default;
        var wanted = entries.Where(entry => IsFile(entry) && SnapshotClassifier.ByName(entry.Path, entry.Size, limits) is null)
            .Take(limits.MaxFiles).DistinctBy(entry => entry.Path, StringComparer.Ordinal).ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var leftOut = await FetchAsync(token, path, commit.Sha, wanted, turn.Blobs, cancellationToken);
        cache.Evict(options.Value.MaxCacheBytes);
        var snapshot = new GitHubSnapshot(entries, turn.Blobs, limits, leftOut).Read();
        return new RepositoryFiles(snapshot, commit.Sha, reference is null ? branch : null, IsDirty: false);
    }

    /// <returns>How many contents are not here, as an archive left out too many.</returns>
    private async Task<int> FetchAsync(
        GitHubToken token, string path, string commit, Dictionary<string, GitHubTree.Entry> wanted, BlobFolder blobs, CancellationToken cancellationToken)
    {
        var missing = Missing(wanted, blobs);
        if (missing.Count > MaxSingles)
        {
            var expected = missing.Values.Sum(entry => entry.Size);
            if (expected > options.Value.MaxFetchBytes)
            {
                throw new RepositoryUnreadableException(
                    string.Create(CultureInfo.InvariantCulture, $"The repository has more than is fetched here: Repositories:MaxFetchBytes is {options.Value.MaxFetchBytes}."), isFinal: true);
            }

            var found = await client.DownloadAsync(
                token, path + GitHubPath.Of($"/tarball/{commit}"), "application/vnd.github+json",
                (archive, stop) => GitHubArchive.ReadAsync(archive, missing, blobs, options.Value.MaxFetchBytes * MaxExpansion, stop), cancellationToken);
            logger.LogDebug("The archive of {Commit} brought {Found} of {Missing} contents.", commit, found, missing.Count);
            missing = Missing(wanted, blobs);
        }

        var singles = missing.Values.DistinctBy(entry => entry.Id).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        await Parallel.ForEachAsync(
            singles.Take(MaxLeftOut),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (entry, stop) => await FetchOneAsync(token, path, entry, blobs, stop));
        return Math.Max(0, singles.Count - MaxLeftOut);
    }

    private async Task FetchOneAsync(GitHubToken token, string path, GitHubTree.Entry entry, BlobFolder blobs, CancellationToken cancellationToken)
    {
        var content = await client.DownloadAsync(
            token, path + GitHubPath.Of($"/git/blobs/{entry.Id.ToString()}"), "application/vnd.github.raw+json",
            async (body, stop) =>
            {
                var bytes = new byte[entry.Size];
                await body.ReadExactlyAsync(bytes, stop);
                return bytes;
            },
            cancellationToken);
        if (!blobs.TryAdd(entry.Id, content))
        {
            throw new GitHubException(GitHubFailure.Unavailable, $"What GitHub sent of {entry.Path} is not what its tree says.");
        }
    }

    private static Dictionary<string, GitHubTree.Entry> Missing(Dictionary<string, GitHubTree.Entry> wanted, BlobFolder blobs) =>
        wanted.Where(file => !blobs.Has(file.Value.Id)).ToDictionary(StringComparer.Ordinal);

    private static bool IsFile(GitHubTree.Entry entry) => entry.Mode is "100644" or "100755" or "100664";

    private static RepositoryUnreadableException Unreadable(GitHubException exception, RepositoryPlace place, string? reference)
    {
        var message = exception.Failure switch
        {
            _ when exception.IsOfToken => exception.Message,
            GitHubFailure.Conflict => "The repository has no commits yet.",
            GitHubFailure.NotFound => $"{place.Location} is not there any more, or not to be seen with the token that reads it. If it was renamed or moved, sync it; if access was taken away, an admin must have it read with their own account.",
            GitHubFailure.Rejected when reference is not null => $"The repository has no branch, tag or commit {reference}.",
            GitHubFailure.Rejected => "The repository's default branch leads to no commit.",
            GitHubFailure.Blocked => $"{exception.Message} It stays connected, and nothing is read from it.",
            _ => exception.Message,
        };
        return new RepositoryUnreadableException(message, exception.IsFinal || exception.Failure == GitHubFailure.Conflict, exception);
    }

    private sealed record Commit(string Sha, [property: System.Text.Json.Serialization.JsonPropertyName("commit")] Details Details);

    private sealed record Details(Named Tree);

    private sealed record Named(string Sha);
}
