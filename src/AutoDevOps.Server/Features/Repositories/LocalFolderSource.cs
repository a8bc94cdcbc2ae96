using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Reads a folder of this machine, as it is at the moment.</summary>
internal sealed class LocalFolderSource(TimeProvider time) : IRepositorySource
{
    public string Source => "local";

    public async Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken)
    {
        // What was fine when it was connected may have gone since.
        if (RepositoryLocation.Folder(place.Location) is { Error: { } error })
        {
            throw new RepositoryUnreadableException(error, isFinal: true);
        }

        try
        {
            var snapshot = await Task.Run(() => FolderSnapshot.Read(place.Location, SnapshotLimits.Default, cancellationToken), cancellationToken);
            var tree = await WorkingTree.ReadAsync(place.Location, time, cancellationToken);
            return tree is null ? new RepositoryFiles(snapshot, CommitSha: null, Branch: null, IsDirty: false)
                : new RepositoryFiles(tree.Doubt is null ? snapshot : snapshot.With(new Diagnostic("", 0, tree.Doubt)), tree.CommitSha, tree.DefaultBranch, tree.IsDirty);
        }
        catch (SnapshotException exception)
        {
            throw new RepositoryUnreadableException(exception.Message, isFinal: true, exception);
        }
    }
}
