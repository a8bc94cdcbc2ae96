using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>Puts jobs in line, in the transaction of whoever asks: the job and the row it is about exist together or not at all.</summary>
public sealed class JobQueue
{
    /// <summary>Enqueues.</summary>
    /// <param name="connection">Inside <see cref="Data.Db"/>: the caller must be a member of the organization.</param>
    /// <param name="dedupeKey">At most one unfinished job of the organization has this key.</param>
    /// <param name="jobId">Given when a row already names the job; else one is made.</param>
    /// <returns>The job's id, or null when an unfinished job has the key already.</returns>
    public async Task<Guid?> EnqueueAsync<TArgs>(
        NpgsqlConnection connection,
        Guid organizationId,
        TArgs args,
        string? dedupeKey = null,
        Guid? jobId = null,
        Guid? requestedBy = null)
        where TArgs : IJobArgs =>
        await connection.ExecuteScalarAsync<Guid?>(Sql.Insert, new
        {
            id = jobId ?? Guid.CreateVersion7(),
            organizationId,
            queue = TArgs.Queue,
            kind = TArgs.Kind,
            args = JsonSerializer.Serialize(args, JobJson.Options),
            dedupeKey,
            requestedBy,
            traceParent = Activity.Current?.Id,
        });

    private static class Sql
    {
        public const string Insert = """
            INSERT INTO jobs (id, organization_id, queue, kind, args, dedupe_key, requested_by, trace_parent)
            VALUES (@id, @organizationId, @queue, @kind, @args::jsonb, @dedupeKey, @requestedBy, @traceParent)
            ON CONFLICT (organization_id, dedupe_key)
                WHERE dedupe_key IS NOT NULL AND state NOT IN ('completed', 'dead_letter', 'cancelled')
                DO NOTHING
            RETURNING id
            """;
    }
}
