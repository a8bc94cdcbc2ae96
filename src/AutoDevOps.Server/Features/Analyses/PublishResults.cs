using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Tells GitHub what an analysis came to: a check on the commit, or a status where there is no App; and code scanning.</summary>
/// <remarks>What cannot be told is noted, and is no reason to fail: the analysis is what it is.</remarks>
internal sealed class PublishResults(Db db, GitHubAccess access, GitHubClient client, IOptions<HttpOptions> http, TimeProvider time)
    : IJobHandler<PublishResults.Args>
{
    /// <summary>GitHub shows no more with a check.</summary>
    public const int MaxAnnotations = 50;

    private const int MaxFailure = 1000;

    public sealed record Args(Guid AnalysisId) : IJobArgs
    {
        public static string Kind => "publish_results";

        public static string Queue => QueueNames.Sync;
    }

    /// <summary>What there is to tell.</summary>
    /// <param name="New">The most important of them that stand in a file; at most <see cref="MaxAnnotations"/>.</param>
    /// <param name="Sarif">Null: not for code scanning.</param>
    public sealed record Subject(
        ReadAnalysis.Analysis Analysis, Row Place, IReadOnlyList<ReadAnalysis.Facet> Facets, IReadOnlyList<FindingRow> New, byte[]? Sarif, PublishedRow Known);

    /// <param name="Location"><c>owner/name</c>.</param>
    /// <param name="Sarif">Whether code scanning is to have it.</param>
    public sealed record Row(Guid RepositoryId, string Source, string Location, long? GithubId, string? DefaultBranch, bool IsDisconnected, bool HasApp, bool Sarif);

    /// <summary>Puts it in line, in the transaction that finishes the analysis: once for each, whatever the backlog.</summary>
    public static Task QueueAsync(NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Guid analysisId) =>
        jobs.EnqueueAsync(connection, organizationId, new Args(analysisId), $"publish:{analysisId:N}", isBounded: false);

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var subject = await db.InTransactionAsync(job.Caller, connection => ReadAsync(connection, job.Args.AnalysisId, cancellationToken), cancellationToken);
        if (subject is null || subject.Place.Source != "github" || subject.Place.IsDisconnected)
        {
            return JobOutcome.Cancel("There is no GitHub to tell it: the analysis or its repository is not there any more.");
        }

        await job.EnterAsync(JobState.Processing, cancellationToken);
        var noted = new List<string>();
        try
        {
            await access.ForRepositoryAsync(
                job.Caller,
                subject.Place.RepositoryId,
                GitHubPurpose.Publishing,
                async token =>
                {
                    noted.Clear();
                    await new ResultPublisher(client, token, subject, http.Value.PublicAddress, time, noted)
                        .RunAsync(known => db.InTransactionAsync(job.Caller, connection => SaveAsync(connection, job, known, null), cancellationToken), cancellationToken);
                    return true;
                },
                cancellationToken);
            return JobOutcome.CompletedWith(connection => SaveAsync(connection, job, subject.Known, string.Join(' ', noted)));
        }
        catch (GitHubException exception) when (exception.ToOutcome(time, connection => FailAsync(connection, job, subject, exception)) is { } outcome)
        {
            return outcome;
        }
    }

    private static async Task FailAsync(NpgsqlConnection connection, Job<Args> job, Subject subject, GitHubException exception)
    {
        await SaveAsync(connection, job, subject.Known, exception.Message);
        await GitHubRows.SyncIfMovedAsync(connection, subject.Place.RepositoryId, exception);
    }

    private static async Task<Subject?> ReadAsync(NpgsqlConnection connection, Guid analysisId, CancellationToken cancellationToken)
    {
        if (await ReadAnalysis.FindAsync(connection, analysisId, cancellationToken) is not { FinishedAt: not null } analysis)
        {
            return null;
        }

        var place = await connection.QuerySingleAsync<Row>(Sql.Find, new { analysis.RepositoryId });
        var facets = await ReadAnalysis.FacetsAsync(connection, analysisId, cancellationToken);
        var findings = await connection.QueryAsync<FindingRow>(Sql.New, new { analysis.OrganizationId, analysisId, most = MaxAnnotations });
        // A part of the findings would take the others for fixed.
        var sarif = place.Sarif && analysis is { HasResult: true, Kind: "full" } ? await ExportAnalysis.SarifAsync(connection, analysis, cancellationToken) : null;
        return new Subject(analysis, place, facets, findings.AsList(), sarif, await ReadPublished.FindAsync(connection, analysisId, cancellationToken) ?? new PublishedRow());
    }

    private static Task<int> SaveAsync(NpgsqlConnection connection, Job<Args> job, PublishedRow known, string? failure) => connection.ExecuteAsync(Sql.Save, new
    {
        organizationId = job.OrganizationId,
        analysisId = job.Args.AnalysisId,
        known.CheckRunId,
        known.StatusState,
        known.SarifId,
        failure = failure is { Length: > MaxFailure } ? failure[..(MaxFailure - 1)] + "…" : failure is { Length: 0 } ? null : failure,
    });

    private static class Sql
    {
        public const string Find = """
            SELECT r.id AS repositoryid, r.source, r.location, r.github_id AS githubid, r.default_branch AS defaultbranch, r.disconnected_at IS NOT NULL AS isdisconnected,
                   r.installation_id IS NOT NULL AS hasapp,
                   coalesce((r.settings -> 'upload_sarif') = 'true'::jsonb,
                            installation.permissions ->> 'security_events' = 'write', false) AS sarif
            FROM repositories AS r
            LEFT JOIN github_installations AS installation
              ON installation.organization_id = r.organization_id AND installation.installation_id = r.installation_id
            WHERE r.id = @RepositoryId::uuid
            """;

        public const string New = $"""
            SELECT {FindingRow.Columns}
            {FindingRow.Source}
            WHERE f.organization_id = @OrganizationId::uuid AND f.analysis_id = @analysisId::uuid AND f.state = 'new' AND f.path <> ''
            ORDER BY f.severity_rank DESC, f.points DESC, f.id LIMIT @most
            """;

        public const string Save = """
            INSERT INTO published_results (organization_id, analysis_id, check_run_id, status_state, sarif_id, failure)
            VALUES (@organizationId, @analysisId, @checkRunId::bigint, @statusState::text, @sarifId::text, @failure::text)
            ON CONFLICT (organization_id, analysis_id) DO UPDATE
            SET check_run_id = excluded.check_run_id, status_state = excluded.status_state, sarif_id = excluded.sarif_id,
                failure = excluded.failure, published_at = now()
            """;
    }
}
