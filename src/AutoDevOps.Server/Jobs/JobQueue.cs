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
    /// <param name="isBounded">False for what the program starts by itself, which nobody could ask for again later: it is not held to the backlog.
    /// Something else must bound it, such as a key for each repository.</param>
    /// <returns>The job's id, or null when an unfinished job has the key already.</returns>
    /// <exception cref="BacklogFullException">The organization has as many jobs waiting as it may.</exception>
    public async Task<Guid?> EnqueueAsync<TArgs>(
        NpgsqlConnection connection,
        Guid organizationId,
        TArgs args,
        string? dedupeKey = null,
        Guid? jobId = null,
        Guid? requestedBy = null,
        bool isBounded = true)
        where TArgs : IJobArgs
    {
        var queue = queues[TArgs.Queue];
        var row = new
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
            backlog = queue.Backlog,
            isBounded,
        };
        while (await connection.ExecuteScalarAsync<Guid?>(Sql.Insert, row) is null)
        {
            if (dedupeKey is not null && await connection.ExecuteScalarAsync<bool>(Sql.IsThere, new { organizationId, dedupeKey }))
            {
                return null;
            }

            if (isBounded)
            {
                // What was in the way may be gone by now; then there is room for ours.
                await EnsureRoomAsync(connection, organizationId, TArgs.Queue);
            }
        }

        Db.AfterCommit(connection, () => notifier.AnnounceJob(TArgs.Queue, organizationId, row.id));
        return row.id;
    }

    /// <summary>For jobs that are put in line by a function of the database.</summary>
    /// <exception cref="BacklogFullException">The organization has as many jobs waiting as it may.</exception>
    public async Task EnsureRoomAsync(NpgsqlConnection connection, Guid organizationId, string queue)
    {
        var most = queues[queue].Backlog;
        if (await connection.ExecuteScalarAsync<long>(Sql.Waiting, new { organizationId, queue, backlog = most }) >= most)
        {
            throw new BacklogFullException(queue, most);
        }
    }

    private static class Sql
    {
        public const string Waiting = """
            SELECT count(*) FROM (
                SELECT FROM jobs
                WHERE organization_id = @organizationId::uuid AND queue = @queue AND state IN ('pending', 'retrying', 'failed') LIMIT @backlog) AS waiting
            """;

        public const string IsThere = """
            SELECT EXISTS (
                SELECT FROM jobs
                WHERE organization_id = @organizationId::uuid AND dedupe_key = @dedupeKey AND state NOT IN ('completed', 'dead_letter', 'cancelled'))
            """;

        public const string Insert = $"""
            INSERT INTO jobs (id, organization_id, queue, kind, args, priority, max_attempts, dedupe_key, requested_by, trace_parent)
            SELECT @id, @organizationId, @queue, @kind, @args::jsonb, @priority, @maxAttempts, @dedupeKey, @requestedBy, @traceParent
            WHERE NOT @isBounded OR ({Waiting}) < @backlog
            ON CONFLICT (organization_id, dedupe_key)
                WHERE dedupe_key IS NOT NULL AND state NOT IN ('completed', 'dead_letter', 'cancelled')
                DO NOTHING
            RETURNING id
            """;
    }
}

/// <summary>An organization has as many jobs of a queue waiting as it may: more would only wait, and hide what is wrong.</summary>
/// <param name="queue">One of <see cref="QueueNames"/>.</param>
/// <param name="most">How many may wait.</param>
public sealed class BacklogFullException(string queue, int most) : Exception(
    $"The organization has {most} jobs waiting in the queue {queue}, which is the most it may have. Wait until some have started, or cancel those that are not needed any more (POST /api/v1/jobs/{{id}}/cancel).");
