using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Reads a folder of this machine, as it is at the moment.</summary>
internal sealed class LocalFolderSource : IRepositorySource
{
    public string Source => "local";

    public Task<RepositoryFiles> ReadAsync(string location, string? reference, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                // What was fine when it was connected may have gone since.
                if (RepositoryLocation.Folder(location) is { Error: { } error })
                {
                    throw new RepositoryUnreadableException(error, isFinal: true);
                }

                try
                {
                    return new RepositoryFiles(
                        FolderSnapshot.Read(location, SnapshotLimits.Default, cancellationToken), CommitSha: null, Branch: null, IsDirty: false);
                }
                catch (SnapshotException exception)
                {
                    throw new RepositoryUnreadableException(exception.Message, isFinal: true, exception);
                }
            },
            cancellationToken);
}
