using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Jobs;

public class HeartbeatTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => new(database.ClearAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_process_that_is_disposed_of_without_being_stopped_does_not_crash_on_its_heartbeat()
    {
        await using var process = new JobProcess(database);
        var heartbeat = process.Get<Heartbeat>();
        await heartbeat.StartAsync(CancellationToken.None);
        Assert.True(heartbeat.IsBeating);

        heartbeat.Dispose();

        Assert.False(heartbeat.IsBeating);
        heartbeat.Dispose();
    }

    [Fact]
    public async Task One_beat_renews_every_lease_of_the_process_and_of_no_other()
    {
        await using var process = new JobProcess(database);
        await using var other = new JobProcess(database);
        var tenant = await database.AddTenantAsync();
        for (var i = 0; i < 3; i++)
        {
            await process.EnqueueAsync(tenant);
        }

        await process.TakeAsync();
        await process.TakeAsync();
        await other.TakeAsync();
        await database.ExecuteAsync("UPDATE jobs SET lease_until = now() + interval '1 s'");
        Assert.True(process.Get<Heartbeat>().Beat());
        Assert.Equal(
            [(true, 2L), (false, 1L)],
            await database.QueryAsync<(bool, long)>("SELECT lease_until > now() + interval '11 s', count(*) FROM jobs GROUP BY 1 ORDER BY 1 DESC"));
    }

    [Fact]
    public async Task A_lost_lease_and_a_wish_to_cancel_stop_the_job()
    {
        await using var process = new JobProcess(database);
        var tenant = await database.AddTenantAsync();
        await process.EnqueueAsync(tenant);
        await process.EnqueueAsync(tenant);
        var (lost, lostRun) = await process.TakeAsync();
        var (unwanted, unwantedRun) = await process.TakeAsync();
        await database.ExecuteAsync("UPDATE jobs SET lease_until = now() - interval '1 ms' WHERE id = @Id", new { lost.Id });
        Assert.Single(await process.Protocol.RescueAsync(10, TestContext.Current.CancellationToken));
        Assert.Equal("requested", await process.CancelAsync(tenant, unwanted.Id));

        Assert.True(process.Get<Heartbeat>().Beat());
        Assert.Equal((StopReason.LeaseLost, StopReason.CancelRequested), (lostRun.Reason, unwantedRun.Reason));
    }

    [Fact]
    public async Task A_row_that_is_locked_costs_the_others_nothing_and_is_not_taken_for_renewed()
    {
        var time = new FakeTimeProvider();
        await using var process = new JobProcess(database, new JobProcess.Surroundings(Time: time));
        var tenant = await database.AddTenantAsync();
        await process.EnqueueAsync(tenant);
        await process.EnqueueAsync(tenant);
        var (locked, lockedRun) = await process.TakeAsync();
        var (_, freeRun) = await process.TakeAsync();
        await using (var other = await database.App.OpenConnectionAsync())
        {
            await using var transaction = await other.BeginTransactionAsync();
            await other.ExecuteAsync("SELECT app.report_progress(@Id, @worker, @Fence, '{}')", new { locked.Id, worker = process.Id, locked.Fence });
            time.Advance(TimeSpan.FromSeconds(5));
            Assert.False(process.Get<Heartbeat>().Beat());
        }

        Assert.Equal(TimeSpan.FromSeconds(5), time.GetElapsedTime(lockedRun.Renewed));
        Assert.Equal(TimeSpan.Zero, time.GetElapsedTime(freeRun.Renewed));
        Assert.Equal(StopReason.None, lockedRun.Reason);
        Assert.True(process.Get<Heartbeat>().Beat());
        Assert.Equal(TimeSpan.Zero, time.GetElapsedTime(lockedRun.Renewed));
    }

    [Fact]
    public async Task A_job_is_stopped_at_four_fifths_of_a_lease_that_was_not_renewed()
    {
        var time = new FakeTimeProvider();
        await using var process = new JobProcess(database, new JobProcess.Surroundings(Time: time));
        await process.EnqueueAsync(await database.AddTenantAsync());
        var (_, running) = await process.TakeAsync();
        time.Advance(TimeSpan.FromSeconds(9.5));
        process.Get<Heartbeat>().StopWhatMayBeLost();
        Assert.Equal(StopReason.None, running.Reason);
        time.Advance(TimeSpan.FromSeconds(0.1));
        process.Get<Heartbeat>().StopWhatMayBeLost();
        Assert.Equal(StopReason.LeaseLost, running.Reason);
    }

    [Fact]
    public async Task When_the_database_hangs_a_worker_stops_its_job_while_the_lease_is_still_its_own()
    {
        await using var relay = new PostgresRelay(database.ConnectionString);
        var stopped = new TaskCompletionSource<bool>();
        var isRunning = new TaskCompletionSource();
        await using var process = new JobProcess(
            database,
            new JobProcess.Surroundings(relay.ConnectionString + ";Timeout=30"),
            async (job, stop) =>
            {
                isRunning.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ContinueWith(_ => { }, TaskScheduler.Default);
                stopped.SetResult(await database.SingleAsync<bool>("SELECT lease_until > clock_timestamp() FROM jobs"));
                return JobOutcome.Completed;
            },
            ("Jobs:Lease", "00:00:03"), ("Jobs:Heartbeat", "00:00:01"));
        await process.EnqueueAsync(await database.AddTenantAsync());
        await process.StartAsync<Heartbeat>();
        var run = process.RunOnceAsync();
        await isRunning.Task;
        // Nothing is answered any more, and nothing is refused: a beat hangs, and so does opening another connection.
        relay.Freeze();
        Assert.True(await stopped.Task);
        relay.Thaw();
        await run;
    }

    [Fact]
    public async Task A_flood_of_cancels_of_jobs_that_run_elsewhere_does_not_hold_up_who_hears_them()
    {
        await using var process = new JobProcess(database, settings: ("Jobs:Lease", "00:10:00"));
        await process.StartAsync<Heartbeat>();
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 40_000; i++)
        {
            process.Get<JobSignals>().RequestCancel(Guid.CreateVersion7());
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_cancel_that_comes_while_the_job_is_being_taken_is_not_left_to_the_next_regular_beat()
    {
        await using var process = new JobProcess(database, settings: ("Jobs:Lease", "00:10:00"));
        await process.StartAsync<Heartbeat>();
        var tenant = await database.AddTenantAsync();
        await process.EnqueueAsync(tenant);
        var job = Assert.Single(await process.ClaimAsync(1));
        // Heard before the process says that it runs the job.
        Assert.Equal("requested", await process.CancelAsync(tenant, job.Id));
        var running = new RunningJob(job.Id, job.Fence, TimeProvider.System.GetTimestamp());
        var stopped = new TaskCompletionSource();
        running.Stopping.Register(stopped.SetResult);
        process.Running.Add(running);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(StopReason.CancelRequested, running.Reason);
    }
}
