using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Policies;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>The files of a repository, and which state of it they are.</summary>
/// <param name="CommitSha">Null for a folder without commits.</param>
/// <param name="Branch">The repository's default branch, when the source names it and no other was asked for; not the one a folder is on.</param>
/// <param name="IsDirty">A folder has changes that no commit has.</param>
public sealed record RepositoryFiles(RepositorySnapshot Snapshot, string? CommitSha, string? Branch, bool IsDirty);

/// <summary>A connected repository, and where its files are.</summary>
/// <param name="Source">As <c>repositories.source</c> names it.</param>
/// <param name="Caller">Who asks: what a source may use of the database is what they may.</param>
/// <param name="GithubId">GitHub's number of it; null where there is none.</param>
public sealed record RepositoryPlace(Guid OrganizationId, Guid RepositoryId, string Source, string Location, Caller Caller, long? GithubId = null);

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
    /// <inheritdoc/>
    public override bool IsFinal => isFinal;
}

/// <summary>Reads a repository wherever it comes from.</summary>
internal sealed class SnapshotReader(IEnumerable<IRepositorySource> sources)
{
    /// <summary>The files, under the policies that hold for them.</summary>
    /// <param name="reference">A branch, tag or commit; null for the default.</param>
    /// <param name="policy">The text of the organization's policy; null when there is none.</param>
    /// <exception cref="RepositoryUnreadableException">They cannot be read, or not under this policy; the message says why.</exception>
    public async Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, string? policy, CancellationToken cancellationToken)
    {
        var source = sources.FirstOrDefault(candidate => candidate.Source == place.Source)
            ?? throw new RepositoryUnreadableException($"Repositories of the source {place.Source} cannot be read by this installation.", isFinal: true);
        var rails = policy is null ? null : Parse(policy);
        var files = await source.ReadAsync(place, reference, cancellationToken);
        return rails is null ? files : files with { Snapshot = files.Snapshot.Under(rails) };
    }

    // It was right when it was set; a later version of this program may read it otherwise.
    private static RepositoryPolicy Parse(string text)
    {
        var (policy, problems) = PolicyFile.ParseOrganization(text);
        return policy ?? throw new RepositoryUnreadableException(
            $"The organization's policy cannot be followed, and without it nothing is done. An admin must correct line {problems[0].Line}: {problems[0].Message}", isFinal: true);
    }
}
