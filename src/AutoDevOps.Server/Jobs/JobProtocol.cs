using AutoDevOps.Server.Data;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>This process, as the database knows it: the holder of its leases.</summary>
public sealed record ProcessIdentity(Guid Id)
{
    public Caller Caller => Caller.Node(Id);
}

/// <summary>A job that this process has just taken.</summary>
public record ClaimedJob
{
    public required Guid Id { get; init; }

    public required Guid OrganizationId { get; init; }

    public required string Kind { get; init; }

    public required string Args { get; init; }

    public required short Attempt { get; init; }

    public required short MaxAttempts { get; init; }

    /// <summary>Proves, with the worker's id, that this claim is the newest.</summary>
    public required int Fence { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>How long it waited after it was due.</summary>
    public required TimeSpan Waited { get; init; }
}

/// <summary>The functions of migration 0003, which are the only way in which a job changes.</summary>
internal sealed class JobProtocol(Db db, ProcessIdentity process)
{
    /// <summary>Completes what has ended without results of its own, and takes jobs for the slots, in one transaction.</summary>
    /// <param name="slots">0: only completes.</param>
    public Task<Turn> TakeTurnAsync(
        string queue, IReadOnlyCollection<EndedJob> ended, IReadOnlyCollection<string> kinds, int slots, QueueOptions options, TimeSpan lease,
        CancellationToken cancellationToken)
    {
        var sql = ended.Count == 0 ? Sql.ClaimOnly : slots == 0 ? Sql.Complete : Sql.CompleteAndClaim;
        return db.ReadAsync(
            process.Caller,
            sql,
            new
            {
                worker = process.Id,
                jobs = ended.Select(job => job.Id).ToArray(),
                fences = ended.Select(job => job.Fence).ToArray(),
                queue,
                kinds = kinds.ToArray(),
                slots,
                cap = options.PerOrganization,
                lease,
                waits = options.Waits,
            },
            async results =>
            {
                var completed = (await results.ReadAsync<Guid>()).ToHashSet();
                var rows = slots == 0 ? [] : (await results.ReadAsync<ClaimRow>()).AsList();
                return new Turn(
                    completed,
                    [.. rows.Where(row => row.State == "active")],
                    [.. rows.Where(row => row.State != "active").Select(row => new MovedJob(row.Id, row.OrganizationId, row.Queue, row.State))]);
            },
            cancellationToken);
    }

    public Task<bool> AdvanceAsync(Guid job, int fence, string state, CancellationToken cancellationToken) =>
        SingleAsync<bool>(Sql.Advance, new { job, worker = process.Id, fence, state }, cancellationToken);

    public Task<bool> ReportAsync(Guid job, int fence, string data, CancellationToken cancellationToken) =>
        SingleAsync<bool>(Sql.Report, new { job, worker = process.Id, fence, data }, cancellationToken);

    /// <returns>The new state, or null when the lease is lost.</returns>
    public Task<string?> SnoozeAsync(Guid job, int fence, TimeSpan delay, string code, string reason, CancellationToken cancellationToken) =>
        SingleAsync<string?>(Sql.Snooze, new { job, worker = process.Id, fence, delay, code, reason }, cancellationToken);

    public Task<bool> EndCancelledAsync(Guid job, int fence, string reason, CancellationToken cancellationToken) =>
        SingleAsync<bool>(Sql.EndCancelled, new { job, worker = process.Id, fence, reason }, cancellationToken);

    /// <returns>The new state, or null when the lease is lost.</returns>
    public Task<string?> FailAsync(
        Guid job, int fence, string code, string error, bool isFatal, TimeSpan[] waits, CancellationToken cancellationToken) =>
        SingleAsync<string?>(Sql.Fail, new { job, worker = process.Id, fence, code, error, isFatal, waits }, cancellationToken);

    /// <summary>Writes and completes in one transaction, as the job.</summary>
    /// <exception cref="LeaseLostException">Another worker has the job, or nobody; nothing was written.</exception>
    public Task CompleteAsync(Guid job, int fence, Func<NpgsqlConnection, Task> write, CancellationToken cancellationToken) =>
        EndAsync(
            job, fence, write,
            async connection => await connection.ExecuteScalarAsync<Guid?>(
                Sql.Complete, new { worker = process.Id, jobs = new[] { job }, fences = new[] { fence } }) is not null,
            cancellationToken);

    /// <summary>Writes and buries in one transaction, as the job.</summary>
    /// <exception cref="LeaseLostException">Another worker has the job, or nobody; nothing was written.</exception>
    public Task BuryAsync(
        Guid job, int fence, string code, string error, Func<NpgsqlConnection, Task>? write, CancellationToken cancellationToken) =>
        EndAsync(
            job, fence, write,
            async connection => await connection.ExecuteScalarAsync<string?>(
                Sql.Fail, new { job, worker = process.Id, fence, code, error, isFatal = true, waits = Array.Empty<TimeSpan>() }) is not null,
            cancellationToken);

    public Task<IReadOnlyList<MovedJob>> RescueAsync(int limit, CancellationToken cancellationToken) =>
        db.QueryAsync<MovedJob>(process.Caller, Sql.Rescue, new { limit }, cancellationToken);

    public Task<int> PruneAsync(TimeSpan keep, int limit, CancellationToken cancellationToken) =>
        SingleAsync<int>(Sql.Prune, new { keep, limit }, cancellationToken);

    /// <summary>Removes what webhooks delivered, with every organization's receipt of it.</summary>
    public Task<int> PruneDeliveriesAsync(TimeSpan keep, int limit, CancellationToken cancellationToken) =>
        SingleAsync<int>(Sql.PruneDeliveries, new { keep, limit }, cancellationToken);

    /// <summary>Renews the leases, on the heartbeat's own connection and thread.</summary>
    public IEnumerable<Beat> Beat(NpgsqlConnection connection, IReadOnlyCollection<(Guid Id, int Fence)> jobs, TimeSpan lease, int timeoutSeconds) =>
        connection.Query<Beat>(
            Sql.Heartbeat,
            new { worker = process.Id, jobs = jobs.Select(job => job.Id).ToArray(), fences = jobs.Select(job => job.Fence).ToArray(), lease },
            commandTimeout: timeoutSeconds);

    private async Task EndAsync(
        Guid job, int fence, Func<NpgsqlConnection, Task>? write, Func<NpgsqlConnection, Task<bool>> end, CancellationToken cancellationToken) =>
        await db.InTransactionAsync(
            Caller.Job(job, process.Id, fence),
            async connection =>
            {
                if (!await connection.ExecuteScalarAsync<bool>(Sql.Hold, new { job, worker = process.Id, fence }))
                {
                    throw new LeaseLostException(job);
                }

                if (write is not null)
                {
                    await write(connection);
                }

                if (!await end(connection))
                {
                    throw new LeaseLostException(job);
                }
            },
            cancellationToken);

    private async Task<T> SingleAsync<T>(string sql, object parameters, CancellationToken cancellationToken) =>
        (await db.QueryAsync<T>(process.Caller, sql, parameters, cancellationToken))[0];

    private sealed record ClaimRow : ClaimedJob
    {
        public required string Queue { get; init; }

        public required string State { get; init; }
    }

    private static class Sql
    {
        private const string Claim = """
            SELECT id, organization_id AS OrganizationId, queue, state, kind, args::text AS Args, attempt, max_attempts AS MaxAttempts, fence,
                   trace_parent AS TraceParent, greatest(app.now() - run_at, '0') AS Waited
            FROM app.claim_jobs(@queue, @worker, @kinds::text[], @slots, @cap, @lease, @waits::interval[])
            """;

        // A claim that a crash of the server takes back was never there: the job waits in line again, and whoever ran it is refused at
        // its end. So nobody waits for the disk here.
        public const string ClaimOnly = $"SELECT NULL::uuid WHERE set_config('synchronous_commit', 'off', true) IS NULL;\n{Claim}";

        public const string CompleteAndClaim = $"{Complete};\n{Claim}";

        public const string Advance = "SELECT app.advance_job(@job, @worker, @fence, @state)";

        public const string Report = "SELECT app.report_progress(@job, @worker, @fence, @data::jsonb)";

        public const string Hold = "SELECT app.hold_job(@job, @worker, @fence)";

        public const string Complete = "SELECT job FROM app.complete_jobs(@worker, @jobs::uuid[], @fences::integer[]) AS job";

        public const string Fail = "SELECT app.fail_job(@job, @worker, @fence, @code, @error, @isFatal, @waits::interval[])";

        public const string Snooze = "SELECT app.snooze_job(@job, @worker, @fence, @delay, @code, @reason)";

        public const string EndCancelled = "SELECT app.end_cancelled_job(@job, @worker, @fence, @reason)";

        public const string Rescue = "SELECT id, organization_id AS OrganizationId, queue, state FROM app.rescue_jobs(@limit)";

        public const string Prune = "SELECT app.prune_jobs(@keep, @limit)";

        public const string PruneDeliveries = "SELECT app.prune_deliveries(@keep, @limit)";

        public const string Heartbeat = """
            SELECT job_id AS JobId, fence, is_lost AS IsLost, is_renewed AS IsRenewed, is_cancel_requested AS IsCancelRequested
            FROM app.heartbeat(@worker, @jobs::uuid[], @fences::integer[], @lease)
            """;
    }
}

/// <param name="Completed">Of those that had ended; the leases of the others are lost.</param>
/// <param name="Taken">What this process must run now.</param>
/// <param name="Moved">What the claim met and put elsewhere; whoever waits for it should hear.</param>
internal sealed record Turn(IReadOnlySet<Guid> Completed, IReadOnlyList<ClaimedJob> Taken, IReadOnlyList<MovedJob> Moved);

/// <summary>A job that was rescued from a dead worker, or that no worker knows.</summary>
/// <param name="State">Where that left it: pending, failed, dead_letter or cancelled.</param>
internal sealed record MovedJob(Guid Id, Guid OrganizationId, string Queue, string State);

/// <param name="IsRenewed">False and not lost: someone had the row locked; the lease ends when it would have.</param>
internal sealed record Beat(Guid JobId, int Fence, bool IsLost, bool IsRenewed, bool IsCancelRequested);
