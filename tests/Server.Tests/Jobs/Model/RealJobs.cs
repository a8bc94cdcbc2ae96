using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Jobs.Model;

/// <summary>The program itself: three worker processes on a database whose clock stands still until it is moved.</summary>
internal sealed class RealJobs : IJobSystem, IAsyncDisposable
{
    private const string Known = "test";
    private const string Quarters = "*/15 * * * *";

    private readonly JobDatabase _database;
    private readonly List<Tenant> _tenants;
    private readonly List<JobProcess> _workers;
    private readonly List<NpgsqlConnection> _beats;
    private readonly Dictionary<Guid, int> _ticks = [];

    private RealJobs(JobDatabase database, List<Tenant> tenants)
    {
        _database = database;
        _tenants = tenants;
        // The priority of a job is that of its queue where it is enqueued.
        _workers = [.. Enumerable.Range(0, JobModel.Workers).Select(worker => new JobProcess(
            database, settings: [("AnalysisQueue:Priority", $"{worker}"), ("AnalysisQueue:PerOrganization", $"{JobModel.Cap}")]))];
        _beats = [.. _workers.Select(worker => worker.Db.OpenKept())];
    }

    public static async Task<RealJobs> StartAsync(JobDatabase database)
    {
        List<Tenant> tenants = [];
        for (var i = 0; i < JobModel.Tenants; i++)
        {
            tenants.Add(await database.AddTenantAsync());
            await database.AddRepositoryAsync(tenants[i]);
        }

        await database.FreezeClockAsync(JobModel.Start);
        // Whether a job may write depends on the time too, and this asks PostgreSQL's own clock.
        await database.AlterFunctionAsync("app.organizations_of_caller", "> now()", "> app.now()");
        return new RealJobs(database, [.. tenants.OrderBy(tenant => tenant.OrganizationId.ToString(), StringComparer.Ordinal)]);
    }

    /// <summary>As if nothing had happened.</summary>
    public Task ResetAsync()
    {
        _ticks.Clear();
        return _database.ExecuteAsync(Sql.Reset, new { JobModel.Start });
    }

    public async Task<string> QueueAsync(int job, int tenant, string? dedupeKey, int priority, bool isKnown)
    {
        var process = _workers[priority];
        var (owner, jobs) = (_tenants[tenant], process.Get<JobQueue>());
        var id = await process.Db.InTransactionAsync(
            owner.Caller,
            connection => isKnown
                ? jobs.EnqueueAsync(connection, owner.OrganizationId, new TestJob.Args(""), dedupeKey, Id(job))
                : jobs.EnqueueAsync(connection, owner.OrganizationId, new Unheard(), dedupeKey, Id(job)),
            CancellationToken.None);
        return id is null ? "there is one already" : "queued";
    }

    public async Task<string> TakeTurnAsync(int worker, IReadOnlyList<Claim> ended, int slots)
    {
        var turn = await Protocol(worker).TakeTurnAsync(
            QueueNames.Analysis, [.. ended.Select(claim => new EndedJob(Id(claim.Job), claim.Fence))], [Known], slots,
            new AnalysisQueueOptions { PerOrganization = JobModel.Cap }, JobModel.Lease, CancellationToken.None);
        return Answers.Turn(
            turn.Completed.Select(Number),
            turn.Taken.Select(job => new Claim(worker, Number(job.Id), job.Fence, job.Attempt)),
            turn.Moved.Select(job => (Number(job.Id), job.State)));
    }

    public Task<string> BeatAsync(int worker, IReadOnlyList<Claim> claims) => Task.FromResult(Answers.Beat(
        Protocol(worker).Beat(_beats[worker], [.. claims.Select(claim => (Id(claim.Job), claim.Fence))], JobModel.Lease, timeoutSeconds: 5)
            .Select(beat => (Number(beat.JobId), beat.Fence, beat.IsLost, beat.IsRenewed, beat.IsCancelRequested))));

    public async Task<string> AdvanceAsync(Claim claim, string state)
    {
        try
        {
            return Answers.Held(await Protocol(claim).AdvanceAsync(Id(claim.Job), claim.Fence, state, CancellationToken.None));
        }
        catch (PostgresException refusal) when (refusal.SqlState == "JB001")
        {
            return "illegal";
        }
    }

    public async Task<string> ReportAsync(Claim claim) =>
        Answers.Held(await Protocol(claim).ReportAsync(Id(claim.Job), claim.Fence, "{}", CancellationToken.None));

    public Task<string> CompleteAsync(Claim claim) =>
        WriteAsync(claim, write => Protocol(claim).CompleteAsync(Id(claim.Job), claim.Fence, write, CancellationToken.None));

    public async Task<string> FailAsync(Claim claim, bool isFatal) => Answers.State(
        await Protocol(claim).FailAsync(Id(claim.Job), claim.Fence, "broken", "It is broken.", isFatal, JobModel.Waits, CancellationToken.None));

    public Task<string> BuryAsync(Claim claim) =>
        WriteAsync(claim, write => Protocol(claim).BuryAsync(Id(claim.Job), claim.Fence, "buried", "It is broken.", write, CancellationToken.None));

    public async Task<string> SnoozeAsync(Claim claim, TimeSpan delay) =>
        Answers.State(await Protocol(claim).SnoozeAsync(Id(claim.Job), claim.Fence, delay, "snoozed", "Not now.", CancellationToken.None));

    public async Task<string> EndCancelledAsync(Claim claim) =>
        Answers.Held(await Protocol(claim).EndCancelledAsync(Id(claim.Job), claim.Fence, "Cancelled.", CancellationToken.None));

    public Task<string> CancelAsync(int job, int tenant) => _workers[0].CancelAsync(_tenants[tenant], Id(job));

    public async Task<string> ReplayAsync(int job, int replay, int tenant) => (await _workers[0].Db.QueryAsync<string>(
        _tenants[tenant].Caller, "SELECT outcome FROM app.replay_job(@job, @replay)", new { job = Id(job), replay = Id(replay) }, CancellationToken.None))[0];

    public async Task<string> PruneAsync(TimeSpan keep) => $"{await Protocol(0).PruneAsync(keep, 100, CancellationToken.None)} removed";

    public async Task<string> RescueAsync() =>
        Answers.Moved((await Protocol(0).RescueAsync(100, CancellationToken.None)).Select(job => (Number(job.Id), job.State)));

    public async Task<string> ScheduleAsync(int tenant)
    {
        var next = CronTimes.Parse(Quarters, "UTC").Times!.NextAfter(await _database.SingleAsync<DateTime>("SELECT app.now()"));
        await _database.ExecuteAsync(Sql.Schedule, new { _tenants[tenant].OrganizationId, cron = Quarters, next });
        return "scheduled";
    }

    public async Task<string> UnscheduleAsync(int tenant) => (await _database.QueryAsync<Guid>(
        "DELETE FROM schedules WHERE organization_id = @OrganizationId RETURNING id", new { _tenants[tenant].OrganizationId })).Count > 0 ? "removed" : "there is none";

    public async Task<string> TickAsync(int worker, int first)
    {
        var made = (await _workers[worker].Get<Scheduler>().TickAsync(CancellationToken.None)).ToArray();
        List<int> due = [];
        foreach (var (job, organization) in await _database.QueryAsync<(Guid, Guid)>("SELECT id, organization_id FROM jobs WHERE id = ANY (@made)", new { made }))
        {
            due.Add(TenantOf(organization));
            _ticks.Add(job, first + due[^1]);
        }

        return Answers.Ticked(due);
    }

    public Task PassAsync(TimeSpan time) => _database.MoveClockAsync(time);

    public async Task<Sight> LookAsync()
    {
        var workers = _workers.Select((worker, number) => (worker.Id, number)).ToDictionary();
        await using var connection = await _database.OpenAdministratorAsync();
        await using var results = await connection.QueryMultipleAsync(Sql.Look);
        var cursor = await results.ReadSingleAsync<Guid>();
        var served = TenantOf(cursor);
        var jobs = (await results.ReadAsync<JobRow>()).Select(job => new JobView(
            Number(job.Id), job.State, job.Attempt, job.Fence, job.Rescues, job.RunAt, job.WorkerId is { } worker ? workers[worker] : null,
            job.LeaseUntil, job.CancelRequestedAt, job.ErrorCode, job.StartedAt, job.FinishedAt, job.EventSeq, job.ReplayOf is { } first ? Number(first) : null)).ToList();
        var events = (await results.ReadAsync<EventRow>()).Select(added => new EventView(
            Number(added.JobId), added.Seq, added.At, added.Kind, added.FromState, added.ToState, added.Attempt, added.Code, added.RunAt)).ToList();
        var schedules = (await results.ReadAsync<(Guid Organization, DateTime? NextAt, DateTime? LastAt)>())
            .Select(schedule => new ScheduleView(TenantOf(schedule.Organization), schedule.NextAt, schedule.LastAt));
        return new Sight(
            served < 0 ? null : served, [.. jobs.OrderBy(job => job.Number)], [.. events.OrderBy(added => added.Job)], [.. schedules.OrderBy(schedule => schedule.Tenant)]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _beats)
        {
            await connection.DisposeAsync();
        }

        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    // In the order of the numbers, as ids are in the order of time. The scheduler makes its own.
    private Guid Id(int job) => _ticks.FirstOrDefault(tick => tick.Value == job) is { Value: > 0 } tick ? tick.Key : new($"00000000-0000-7000-8000-{job:x12}");

    private int Number(Guid id) => _ticks.TryGetValue(id, out var tick) ? tick : Convert.ToInt32(id.ToString()[24..], 16);

    private int TenantOf(Guid organization) => _tenants.FindIndex(tenant => tenant.OrganizationId == organization);

    private JobProtocol Protocol(int worker) => _workers[worker].Protocol;

    private JobProtocol Protocol(Claim claim) => Protocol(claim.Worker);

    private static async Task<string> WriteAsync(Claim claim, Func<Func<NpgsqlConnection, Task>, Task> end)
    {
        var hasWritten = false;
        try
        {
            await end(connection =>
            {
                hasWritten = true;
                return connection.ExecuteAsync("SELECT 1");
            });
            return "done";
        }
        catch (LeaseLostException)
        {
            return hasWritten ? $"job {claim.Job} wrote, and was refused then" : Answers.Refused;
        }
    }

    private sealed record Unheard : IJobArgs
    {
        public static string Kind => "unheard_of";

        public static string Queue => QueueNames.Analysis;
    }

    private sealed record JobRow(
        Guid Id, string State, short Attempt, int Fence, short Rescues, DateTime RunAt, Guid? WorkerId, DateTime? LeaseUntil, DateTime? CancelRequestedAt,
        string? ErrorCode, DateTime? StartedAt, DateTime? FinishedAt, int EventSeq, Guid? ReplayOf);

    private sealed record EventRow(
        Guid JobId, int Seq, DateTime At, string Kind, string? FromState, string? ToState, short Attempt, string? Code, DateTime? RunAt);

    private static class Sql
    {
        public const string Reset = """
            DELETE FROM jobs;
            DELETE FROM schedules;
            UPDATE queues SET cursor = '00000000-0000-0000-0000-000000000000';
            UPDATE test_clock SET at = @Start
            """;

        public const string Look = """
            SELECT cursor FROM queues WHERE name = 'analysis';
            SELECT id AS Id, state AS State, attempt AS Attempt, fence AS Fence, rescues AS Rescues, run_at AS RunAt, worker_id AS WorkerId,
                   lease_until AS LeaseUntil, cancel_requested_at AS CancelRequestedAt, error_code AS ErrorCode, started_at AS StartedAt,
                   finished_at AS FinishedAt, event_seq AS EventSeq, replay_of AS ReplayOf
            FROM jobs ORDER BY id;
            SELECT job_id AS JobId, seq AS Seq, at AS At, kind AS Kind, from_state AS FromState, to_state AS ToState, attempt AS Attempt,
                   data ->> 'error_code' AS Code, (data ->> 'run_at')::timestamptz AS RunAt
            FROM job_events ORDER BY job_id, seq;
            SELECT organization_id, next_at, last_at FROM schedules
            """;

        public const string Schedule = """
            INSERT INTO schedules (id, organization_id, repository_id, cron, next_at)
            SELECT gen_random_uuid(), organization_id, id, @cron, @next FROM repositories WHERE organization_id = @OrganizationId
            ON CONFLICT (organization_id, repository_id) DO UPDATE SET next_at = excluded.next_at
            """;
    }
}
