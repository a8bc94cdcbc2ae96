using System.Diagnostics;
using System.Text.Json;
using AutoDevOps.Server.Data;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>Puts jobs in line, in the transaction of whoever asks: the job and the row it is about exist together or not at all.</summary>
public sealed class JobQueue(QueueCatalog queues, JobNotifier notifier)
{
    /// <summary>Enqueues; workers hear of it when the transaction has committed.</summary>
    /// <param name="connection">Inside <see cref="Db"/>: the caller must be a member of the organization.</param>
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
        where TArgs : IJobArgs
    {
        var queue = queues[TArgs.Queue];
        var id = await connection.ExecuteScalarAsync<Guid?>(Sql.Insert, new
        {
            id = jobId ?? Guid.CreateVersion7(),
            organizationId,
            queue = TArgs.Queue,
            kind = TArgs.Kind,
            args = JsonSerializer.Serialize(args, JobJson.Options),
            priority = queue.Priority,
            maxAttempts = queue.MaxAttempts,
            dedupeKey,
            requestedBy,
            traceParent = Activity.Current?.Id,
        });
        if (id is not null)
        {
            Db.AfterCommit(connection, () =>
            {
                notifier.Wake(TArgs.Queue);
                notifier.AnnounceEvents(organizationId, id.Value);
            });
        }

        return id;
    }

    private static class Sql
    {
        public const string Insert = """
            INSERT INTO jobs (id, organization_id, queue, kind, args, priority, max_attempts, dedupe_key, requested_by, trace_parent)
            VALUES (@id, @organizationId, @queue, @kind, @args::jsonb, @priority, @maxAttempts, @dedupeKey, @requestedBy, @traceParent)
            ON CONFLICT (organization_id, dedupe_key)
                WHERE dedupe_key IS NOT NULL AND state NOT IN ('completed', 'dead_letter', 'cancelled')
                DO NOTHING
            RETURNING id
            """;
    }
}
