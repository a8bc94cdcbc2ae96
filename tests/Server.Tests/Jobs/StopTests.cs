using System.Diagnostics;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>How a running job is brought to an end: by its time, by a person, by the end of its process.</summary>
public class StopTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => new(database.ClearAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_stopped_and_tried_again()
    {
        await using var process = new JobProcess(database, WaitForStopAsync, ("AnalysisQueue:Timeout", "00:00:01"));
        await process.EnqueueAsync(await database.AddTenantAsync());
        await process.RunOnceAsync();
        Assert.Equal(("failed", "timeout", "It took longer than 1 seconds."), await database.SingleAsync<(string, string, string)>("SELECT state, error_code, error FROM jobs"));
    }

    [Fact]
    public async Task A_handler_that_does_not_listen_loses_its_slot_and_its_right_to_write()
    {
        var (goOn, refusal) = (new TaskCompletionSource(), new TaskCompletionSource<Exception?>());
        await using var process = new JobProcess(
            database,
            async (job, _) =>
            {
                await goOn.Task;
                refusal.SetResult(await Record.ExceptionAsync(() => database.Db.InTransactionAsync(job.Caller, _ => Task.CompletedTask, Stop)));
                return JobOutcome.Completed;
            },
            ("AnalysisQueue:Timeout", "00:00:01"), ("Jobs:StopGrace", "00:00:01"));
        var id = await process.EnqueueAsync(await database.AddTenantAsync());
        await process.RunOnceAsync();
        Assert.Equal(("failed", "timeout"), await database.SingleAsync<(string, string)>("SELECT state, error_code FROM jobs"));
        Assert.Empty(process.Running.All);
        goOn.SetResult();
        Assert.IsType<LeaseLostException>(await refusal.Task);
        Assert.Equal("failed", await database.StateAsync(id));
    }

    [Fact]
    public async Task A_job_that_waits_is_cancelled_at_once_and_never_runs()
    {
        await using var process = new JobProcess(database, (_, _) => throw new InvalidOperationException());
        var tenant = await database.AddTenantAsync();
        var id = await process.EnqueueAsync(tenant);
        Assert.Equal("missing", await process.CancelAsync(await database.AddTenantAsync(), id));
        Assert.Equal("forbidden", await process.CancelAsync(await database.AddMemberAsync(tenant, "viewer"), id));
        Assert.Equal("cancelled", await process.CancelAsync(tenant, id));
        Assert.Equal("ended", await process.CancelAsync(tenant, id));
        Assert.Equal(0, await process.RunOnceAsync());

        // Between two attempts too.
        id = await process.EnqueueAsync(tenant);
        await process.RunOnceAsync();
        Assert.Equal("failed", await database.StateAsync(id));
        Assert.Equal("cancelled", await process.CancelAsync(await database.AddMemberAsync(tenant, "member"), id));
    }

    [Fact]
    public async Task A_cancel_reaches_a_handler_in_another_process_long_before_its_next_beat()
    {
        var isRunning = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        await using var worker = new JobProcess(database, async (job, stop) =>
        {
            isRunning.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ContinueWith(_ => { }, TaskScheduler.Default);
            stopped.SetResult();
            stop.ThrowIfCancellationRequested();
            return JobOutcome.Completed;
        });
        await using var api = new JobProcess(database);
        await worker.StartAsync<JobListener>();
        await worker.StartAsync<Heartbeat>();
        await api.StartAsync<JobNotifier>();
        await worker.Get<JobListener>().FirstConnected.Task;
        var tenant = await database.AddTenantAsync();
        var id = await api.EnqueueAsync(tenant);
        var run = worker.RunOnceAsync();
        await isRunning.Task;

        var asked = Stopwatch.GetTimestamp();
        Assert.Equal("requested", await api.CancelAsync(tenant, id));
        await stopped.Task;
        var reached = Stopwatch.GetElapsedTime(asked);
        await run;
        TestContext.Current.SendDiagnosticMessage($"A cancel reached the handler after {reached.TotalMilliseconds:0} ms.");
        Assert.Equal(("cancelled", "Cancelled."), await database.SingleAsync<(string, string)>("SELECT state, error FROM jobs"));
        Assert.InRange(reached, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(true, "completed")]
    [InlineData(false, "cancelled")]
    public async Task A_job_that_was_to_be_cancelled_may_still_complete_but_is_not_tried_again(bool succeeds, string state)
    {
        var tenant = await database.AddTenantAsync();
        JobProcess process = null!;
        process = new JobProcess(database, async (job, _) =>
        {
            await process.CancelAsync(tenant, job.Id);
            return succeeds ? JobOutcome.Completed : throw new InvalidOperationException();
        });
        var id = await process.EnqueueAsync(tenant);
        await process.RunOnceAsync();
        Assert.Equal(state, await database.StateAsync(id));
        await process.DisposeAsync();
    }

    [Fact]
    public async Task A_process_that_stops_lets_its_jobs_finish_and_takes_no_more()
    {
        var (isRunning, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var process = new JobProcess(database, async (_, _) =>
        {
            isRunning.SetResult();
            await goOn.Task;
            return JobOutcome.Completed;
        });
        await process.StartAsync<JobWorker>();
        var tenant = await database.AddTenantAsync();
        var first = await process.EnqueueAsync(tenant);
        await isRunning.Task;
        var stopping = process.StopAsync();
        var second = await process.EnqueueAsync(tenant);
        goOn.SetResult();
        await stopping;
        Assert.Equal(("completed", "pending"), (await database.StateAsync(first), await database.StateAsync(second)));
    }

    [Fact]
    public async Task A_job_whose_claim_was_under_way_when_its_process_stopped_is_given_back_without_running()
    {
        await using var process = new JobProcess(database, (_, _) => throw new InvalidOperationException("It ran."));
        var id = await process.EnqueueAsync(await database.AddTenantAsync());
        Task stopping;
        await using (var administrator = await database.OpenAdministratorAsync())
        {
            await using var transaction = await administrator.BeginTransactionAsync(Stop);
            await administrator.ExecuteAsync("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE");
            await process.StartAsync<JobWorker>();
            await database.WaitUntilAsync("EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'jobs'::regclass)");
            stopping = process.StopAsync();
        }

        await stopping;
        Assert.Equal(("pending", 0), await database.SingleAsync<(string, int)>("SELECT state, attempt FROM jobs WHERE id = @id", new { id }));
    }

    [Fact]
    public async Task What_does_not_finish_is_given_back_at_no_cost_and_another_process_hears_of_it()
    {
        var isRunning = new TaskCompletionSource();
        await using var process = new JobProcess(
            database,
            async (job, stop) =>
            {
                isRunning.SetResult();
                return await WaitForStopAsync(job, stop);
            },
            ("Jobs:Drain", "00:00:00"), ("AnalysisQueue:Concurrency", "1"));
        await using var other = new JobProcess(database, settings: ("Jobs:Poll", "00:01:00"));
        await process.StartAsync<JobNotifier>();
        await process.StartAsync<JobWorker>();
        var tenant = await database.AddTenantAsync();
        var id = await process.EnqueueAsync(tenant);
        await isRunning.Task;
        await other.StartAsync<JobListener>();
        await other.Get<JobListener>().FirstConnected.Task;
        await other.StartAsync<JobWorker>();
        // It has looked, found another job, and waits a minute for the next look.
        var first = await other.EnqueueAsync(tenant);
        await database.WaitUntilAsync("state = 'completed' FROM jobs WHERE id = @first", new { first });

        await process.StopAsync();
        await database.WaitUntilAsync("state = 'completed' FROM jobs WHERE id = @id", new { id });
        Assert.Equal((1, 0, 2), await database.SingleAsync<(int, int, int)>("SELECT attempt, rescues, fence FROM jobs WHERE id = @id", new { id }));
        Assert.Equal("released", await database.SingleAsync<string>("SELECT data ->> 'error_code' FROM job_events WHERE to_state = 'failed'"));
    }

    [Fact]
    public async Task What_was_taken_ahead_and_finds_no_slot_is_given_back_at_no_cost_and_not_taken_again_until_there_is_one()
    {
        var time = new FakeTimeProvider();
        await using var busy = await BusyProcess.StartAsync(database, time);
        var ahead = await busy.TakeTwoAheadAsync();

        while (!await database.SingleAsync<bool>("SELECT count(*) = 2 FROM jobs WHERE id = ANY (@ahead) AND state = 'pending'", new { ahead }))
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(["released", "released"], await database.QueryAsync<string>("SELECT data ->> 'error_code' FROM job_events WHERE to_state = 'failed'"));
        // Another look, and another.
        time.Advance(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([(0, 1), (0, 1)], await database.QueryAsync<(int, int)>("SELECT attempt, fence FROM jobs WHERE id = ANY (@ahead)", new { ahead }));
        busy.LetGo();
        await database.WaitUntilAsync("count(*) = 4 FROM jobs WHERE state = 'completed' AND attempt = 1 AND args ->> 'text' <> 'first'");
    }

    [Fact]
    public async Task What_was_taken_ahead_is_given_back_without_running_when_its_process_stops()
    {
        await using var busy = await BusyProcess.StartAsync(database, new FakeTimeProvider());
        var ahead = await busy.TakeTwoAheadAsync();
        var stopping = busy.Process.StopAsync();
        await database.WaitUntilAsync("count(*) = 2 FROM jobs WHERE id = ANY (@ahead) AND state = 'pending' AND attempt = 0", new { ahead });
        Assert.Equal(2, await database.SingleAsync<long>("SELECT count(*) FROM jobs WHERE state = 'active'"));
        busy.LetGo();
        await stopping;
        Assert.Equal(["first", "long", "long"], busy.Ran.Order(StringComparer.Ordinal));
        Assert.Equal(3, await database.SingleAsync<long>("SELECT count(*) FROM jobs WHERE state = 'completed'"));
    }

    [Fact]
    public async Task What_was_taken_ahead_and_is_cancelled_never_runs()
    {
        await using var busy = await BusyProcess.StartAsync(database, new FakeTimeProvider());
        var ahead = await busy.TakeTwoAheadAsync();
        await busy.Process.StartAsync<Heartbeat>();
        Assert.Equal("requested", await busy.Process.CancelAsync(busy.Tenant, ahead[0]));
        await database.WaitUntilAsync("state = 'cancelled' FROM jobs WHERE id = @id", new { id = ahead[0] });
        busy.LetGo();
        await database.WaitUntilAsync("state = 'completed' FROM jobs WHERE id = @id", new { id = ahead[1] });
        Assert.Equal(["first", "long", "long", "short"], busy.Ran.Order(StringComparer.Ordinal));
    }

    private static async Task<JobOutcome> WaitForStopAsync(Job<TestJob.Args> job, CancellationToken stop)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        return JobOutcome.Completed;
    }
}
