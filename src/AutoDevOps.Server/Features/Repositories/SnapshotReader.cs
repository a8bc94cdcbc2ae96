using AutoDevOps.Analyzer;
using AutoDevOps.Server.Jobs;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>The files of a repository, and which state of it they are.</summary>
/// <param name="CommitSha">Null for a folder without commits.</param>
/// <param name="Branch">The repository's default branch, when the source names it and no other was asked for; not the one a folder is on.</param>
/// <param name="IsDirty">A folder has changes that no commit has.</param>
public sealed record RepositoryFiles(RepositorySnapshot Snapshot, string? CommitSha, string? Branch, bool IsDirty);

/// <summary>A connected repository, and where its files are.</summary>
/// <param name="Source">As <c>repositories.source</c> names it.</param>
public sealed record RepositoryPlace(Guid OrganizationId, Guid RepositoryId, string Source, string Location);

/// <summary>Reads repositories that come from one kind of place.</summary>
public interface IRepositorySource
{
    /// <summary>As <c>repositories.source</c> names it.</summary>
    string Source { get; }

    /// <param name="reference">A branch, tag or commit; null for the default.</param>
    /// <exception cref="RepositoryUnreadableException">It cannot be read; the message says why.</exception>
    Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken);
}

/// <summary>A repository cannot be read. Who does not ask whether that is final tries again.</summary>
/// <param name="message">For people.</param>
/// <param name="isFinal">Reading it again would fail the same way.</param>
public sealed class RepositoryUnreadableException(string message, bool isFinal, Exception? inner = null)
    : JobFailedException("repository_unreadable", message, inner)
{
    public bool IsFinal => isFinal;
}

/// <summary>Reads a repository wherever it comes from.</summary>
internal sealed class SnapshotReader(IEnumerable<IRepositorySource> sources)
{
    /// <inheritdoc cref="IRepositorySource.ReadAsync"/>
    public Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken) =>
        sources.FirstOrDefault(candidate => candidate.Source == place.Source) is { } known
            ? known.ReadAsync(place, reference, cancellationToken)
            : throw new RepositoryUnreadableException($"Repositories of the source {place.Source} cannot be read by this installation.", isFinal: true);
}
