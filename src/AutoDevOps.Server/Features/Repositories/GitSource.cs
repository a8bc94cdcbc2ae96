using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Server.Git;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Reads a repository from a git server: fetches the one commit that is wanted into the cache, and reads it there.</summary>
internal sealed class GitSource(GitRemote remote, GitCache cache, IOptions<RepositoryOptions> options) : IRepositorySource
{
    // Each fetch brings a pack, and each is asked for every object. From here on, one fetch brings everything anew.
    private const int MaxPacks = 20;

    // More would not make the server send less: they are commits of the same branch, mostly.
    private const int MaxHaves = 8;

    private const int MaxObjects = 500_000;

    // Real packs decompress to three or four times their size.
    private const int MaxExpansion = 16;

    public string Source => "git";

    public async Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken)
    {
        // What was allowed when it was connected may not be any more.
        var (location, error) = RepositoryLocation.GitAddress(place.Location, options.Value.AllowPrivateNetworks);
        if (location is null)
        {
            throw new RepositoryUnreadableException(error!, isFinal: true);
        }

        var address = new Uri(location);
        try
        {
            var refs = await remote.ListAsync(address, reference, cancellationToken);
            var (commit, snapshot) = await ReadAsync(place, refs, refs.Find(reference), cancellationToken);
            return new RepositoryFiles(snapshot, commit.ToString(), reference is null ? refs.DefaultBranch : null, IsDirty: false);
        }
        catch (GitException exception)
        {
            throw GitMessages.Unreadable(exception, address, reference, options.Value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw GitMessages.Unreadable(new GitException(GitFailure.Storage, inner: exception), address, reference, options.Value);
        }
    }

    private async Task<(ObjectId Commit, RepositorySnapshot Snapshot)> ReadAsync(
        RepositoryPlace place, RemoteRefs refs, RemoteRef wanted, CancellationToken cancellationToken)
    {
        using var turn = await cache.EnterAsync(place.OrganizationId, place.RepositoryId, cancellationToken);
        if (turn.Repository.PackCount >= MaxPacks && !turn.Repository.Commits().Contains(wanted.Target))
        {
            turn.Discard();
        }

        var isFresh = !turn.Repository.Exists;
        try
        {
            return await ReadAsync(turn.Repository, isFresh, refs, wanted, cancellationToken);
        }
        catch (GitException exception) when (exception.Failure == GitFailure.Damaged && !isFresh)
        {
            // Perhaps it is only what was kept.
            turn.Discard();
            return await ReadAsync(turn.Repository, isFresh: true, refs, wanted, cancellationToken);
        }
    }

    private async Task<(ObjectId Commit, RepositorySnapshot Snapshot)> ReadAsync(
        BareRepository repository, bool isFresh, RemoteRefs refs, RemoteRef wanted, CancellationToken cancellationToken)
    {
        var commit = wanted.Target;
        if (!repository.Commits().Contains(commit))
        {
            commit = await FetchAsync(repository, refs, wanted, cancellationToken);
        }

        // What a server leaves out, it leaves out again; what was kept may have been lost.
        var snapshot = await Task.Run(
            () => GitTreeSnapshot.Read(repository.Open(), commit, SnapshotLimits.Default, isComplete: !isFresh, cancellationToken), cancellationToken);
        return (commit, snapshot);
    }

    /// <returns>The commit that was wanted, or that the tag leads to.</returns>
    private async Task<ObjectId> FetchAsync(BareRepository repository, RemoteRefs refs, RemoteRef wanted, CancellationToken cancellationToken)
    {
        repository.Prepare();
        var maxBytes = options.Value.MaxFetchBytes;
        var have = repository.Commits().Take(MaxHaves).ToList();
        using var known = repository.Open();
        await repository.AddPackAsync(
            pack => remote.FetchAsync(refs, wanted.Id, have, pack, maxBytes, cancellationToken),
            (pack, index) => Task.Run(() => PackIndexer.IndexAsync(pack, index, known, MaxObjects, MaxExpansion * maxBytes, cancellationToken), cancellationToken));
        using var fetched = repository.Open();
        var commit = TreeReader.CommitOf(fetched, wanted.Id) ?? throw new GitException(GitFailure.RefNotFound);
        repository.AddCommit(commit);
        cache.Evict(options.Value.MaxCacheBytes);
        return commit;
    }
}
