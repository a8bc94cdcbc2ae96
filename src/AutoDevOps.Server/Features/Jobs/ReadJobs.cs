using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Reads jobs for their pages.</summary>
internal static class ReadJobs
{
    public const int PageSize = 50;

    /// <summary>More events than a page shows; the newest are kept.</summary>
    public const int MaxEvents = 500;

    public sealed record Row(
        Guid Id, string Queue, string Kind, string State, int Attempt, int MaxAttempts, string? Error, DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt,
        DateTime RunAt, bool CancelRequested, Guid? ReplayOf, Guid? RepositoryId, string? Repository, Guid? AnalysisId, Guid? PipelineId, bool MayWrite)
    {
        public bool IsOver => FinishedAt is not null;

        public string? Result => AnalysisId is { } analysis ? $"/analyses/{analysis}" : PipelineId is { } pipeline ? $"/pipelines/{pipeline}" : null;
    }

    /// <summary>The newest first; one more than the limit when there are more.</summary>
    public static Task<List<Row>> ListAsync(
        Db db, CurrentUser user, string? queue, string? state, Guid? before, int limit, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection => (await connection.QueryAsync<Row>(new CommandDefinition(
                Sql.List, new { queue, state, before, limit = limit + 1 }, cancellationToken: cancellationToken))).AsList(),
            cancellationToken);

    /// <summary>Null: there is no such job, or not for this person.</summary>
    public static Task<(Row Job, IReadOnlyList<JobEvent> Events)?> ReadAsync(Db db, CurrentUser user, Guid id, CancellationToken cancellationToken) =>
        db.InTransactionAsync<(Row, IReadOnlyList<JobEvent>)?>(
            user.Caller,
            async connection =>
            {
                await using var reader = await connection.QueryMultipleAsync(
                    new CommandDefinition(Sql.Find + Sql.Events, new { id, limit = MaxEvents }, cancellationToken: cancellationToken));
                return await reader.ReadSingleOrDefaultAsync<Row>() is { } job ? (job, [.. (await reader.ReadAsync<JobEvent.Row>()).Select(row => row.ToEvent())]) : null;
            },
            cancellationToken);

    private static class Sql
    {
        private const string Columns = """
            SELECT j.id, j.queue, j.kind, j.state, j.attempt::int AS attempt, j.max_attempts::int AS maxattempts, j.error, j.created_at AS createdat,
                   j.started_at AS startedat, j.finished_at AS finishedat, j.run_at AS runat, j.cancel_requested_at IS NOT NULL AS cancelrequested,
                   j.replay_of AS replayof, r.id AS repositoryid, r.name AS repository, a.id AS analysisid, p.id AS pipelineid,
                   j.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS maywrite
            FROM jobs AS j
            LEFT JOIN analyses AS a ON a.organization_id = j.organization_id AND a.id = (j.args ->> 'analysis_id')::uuid
            LEFT JOIN pipelines AS p ON p.organization_id = j.organization_id AND p.id = (j.args ->> 'pipeline_id')::uuid
            LEFT JOIN repositories AS r ON r.organization_id = j.organization_id AND r.id = coalesce(a.repository_id, p.repository_id)
            """;

        public const string List = $"""
            {Columns}
            WHERE (@queue::text IS NULL OR j.queue = @queue::text) AND (@before::uuid IS NULL OR j.id < @before::uuid)
              AND (@state::text IS NULL OR j.state = @state::text
                   OR (@state::text = 'running' AND j.state IN ('active', 'processing', 'ai_request'))
                   OR (@state::text = 'waiting' AND j.state IN ('pending', 'retrying', 'failed')))
            ORDER BY j.id DESC LIMIT @limit
            """;

        public const string Find = $"""
            {Columns}
            WHERE j.id = (SELECT app.visible_job(@id::uuid));
            """;

        public const string Events = $"""
            SELECT * FROM (
                SELECT {JobEvent.Row.Columns} FROM job_events AS e WHERE e.job_id = (SELECT app.visible_job(@id::uuid)) ORDER BY e.seq DESC LIMIT @limit) AS newest
            ORDER BY "Seq";
            """;
    }
}
