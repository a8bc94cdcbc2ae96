using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>How far a job is, for the page of what it makes.</summary>
/// <param name="Stage">The handler's own word for what it does now; null before the first.</param>
public sealed record JobProgress(string State, int Attempt, int MaxAttempts, string? Error, DateTime RunAt, string? Stage, int? Done, int? Total)
{
    public static Task<JobProgress?> ReadAsync(NpgsqlConnection connection, Guid jobId, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<JobProgress>(new CommandDefinition(Sql.Find, new { jobId }, cancellationToken: cancellationToken));

    private static class Sql
    {
        public const string Find = """
            SELECT j.state, j.attempt::int AS attempt, j.max_attempts::int AS maxattempts, j.error, j.run_at AS runat,
                   e.data ->> 'stage' AS stage, (e.data ->> 'done')::int AS done, (e.data ->> 'total')::int AS total
            FROM jobs AS j
            LEFT JOIN LATERAL (
                SELECT data FROM job_events WHERE job_id = j.id AND kind = 'progress' AND attempt = j.attempt ORDER BY seq DESC LIMIT 1) AS e ON true
            WHERE j.id = @jobId::uuid
            """;
    }
}
