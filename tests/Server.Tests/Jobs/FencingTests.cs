using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>A worker that lost its job, and does not know it yet, changes nothing any more.</summary>
public class FencingTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => new(database.ClearAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Nothing_that_a_frozen_worker_says_after_its_rescue_counts()
    {
        await using var frozen = new JobProcess(database);
        await using var other = new JobProcess(database);
        await frozen.EnqueueAsync(await database.AddTenantAsync());
        var old = Assert.Single(await frozen.ClaimAsync(1));
        await ExpireAsync(old.Id);
        Assert.Single(await other.Protocol.RescueAsync(10, Stop));

        await AssertRefusedAsync(frozen.Protocol, old);
        var current = Assert.Single(await other.ClaimAsync(1));
        await AssertRefusedAsync(frozen.Protocol, old);
        Assert.Equal((old.Id, 2, 2), (current.Id, (int)current.Attempt, current.Fence));
        Assert.Equal(("active", other.Id), await database.SingleAsync<(string, Guid)>("SELECT state, worker_id FROM jobs"));
        Assert.True(await other.Protocol.CompleteAsync(current));
        await AssertRefusedAsync(frozen.Protocol, old);
        await AssertRefusedAsync(other.Protocol, current);
        Assert.Equal("completed", await database.StateAsync(old.Id));
    }

    [Fact]
    public async Task A_snooze_gives_the_attempt_back_but_not_the_right_to_write()
    {
        await using var process = new JobProcess(database);
        await process.EnqueueAsync(await database.AddTenantAsync());
        var first = Assert.Single(await process.ClaimAsync(1));
        await process.Protocol.SnoozeAsync(first.Id, first.Fence, TimeSpan.Zero, "snoozed", "not now", Stop);
        var second = Assert.Single(await process.ClaimAsync(1));

        Assert.Equal((1, 1), (first.Attempt, second.Attempt));
        await AssertRefusedAsync(process.Protocol, first);
        await Assert.ThrowsAsync<LeaseLostException>(() => process.Db.InTransactionAsync(Caller.Job(first.Id, process.Id, first.Fence), _ => Task.CompletedTask, Stop));
        Assert.Equal("active", await database.StateAsync(first.Id));
    }

    [Fact]
    public async Task Of_two_claims_of_one_job_in_one_process_the_end_of_the_first_does_not_take_the_second_off_the_heartbeat()
    {
        await using var process = new JobProcess(database);
        await process.EnqueueAsync(await database.AddTenantAsync());
        var (first, running) = await process.TakeAsync();
        await process.Protocol.SnoozeAsync(first.Id, first.Fence, TimeSpan.Zero, "snoozed", "not now", Stop);
        var (second, _) = await process.TakeAsync();

        Assert.True(process.Get<Heartbeat>().Beat());
        Assert.Equal(StopReason.LeaseLost, running.Reason);
        process.Running.Remove(running);
        Assert.Equal(StopReason.None, process.Running.Find(second.Id, second.Fence)?.Reason);
    }

    /// <summary>The commit of a claim does not wait for the disk.</summary>
    [Fact]
    public async Task Of_a_claim_that_a_crash_of_the_database_took_back_and_the_same_process_made_again_only_the_second_run_goes_on()
    {
        await using var process = new JobProcess(database);
        var tenant = await database.AddTenantAsync();
        await process.EnqueueAsync(tenant);
        var (first, running) = await process.TakeAsync();
        await database.ClearAsync();
        await process.Db.InTransactionAsync(
            tenant.Caller, connection => process.Get<JobQueue>().EnqueueAsync(connection, tenant.OrganizationId, new TestJob.Args(""), jobId: first.Id), Stop);
        var (second, again) = await process.TakeAsync();

        Assert.Equal((first.Id, first.Fence), (second.Id, second.Fence));
        Assert.Equal((StopReason.LeaseLost, StopReason.None), (running.Reason, again.Reason));
        process.Running.Remove(running);
        Assert.Same(again, process.Running.Find(second.Id, second.Fence));
    }

    [Fact]
    public async Task The_result_of_a_worker_that_was_overtaken_is_dropped_with_all_it_wrote()
    {
        var (isRunning, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var tenant = await database.AddTenantAsync();
        var repository = await database.AddRepositoryAsync(tenant);
        await using var frozen = new JobProcess(database, async (_, _) =>
        {
            isRunning.SetResult();
            await goOn.Task;
            return JobOutcome.CompletedWith(connection => connection.ExecuteAsync("UPDATE repositories SET name = 'overwritten' WHERE id = @repository", new { repository }));
        });
        await using var other = new JobProcess(database);
        var id = await frozen.EnqueueAsync(tenant);
        var run = frozen.RunOnceAsync();
        await isRunning.Task;
        await ExpireAsync(id);
        // The first is still looking into its other queues, and every claim rescues what it finds: then the job is there a moment later.
        var ran = 0;
        for (var tries = 0; ran == 0 && tries < 1000; tries++)
        {
            ran = await other.RunOnceAsync();
        }

        Assert.Equal(1, ran);
        goOn.SetResult();
        await run;
        Assert.Equal("tool", await database.SingleAsync<string>("SELECT name FROM repositories WHERE id = @repository", new { repository }));
        Assert.Equal(
            ["pending", "active", "failed", "pending", "active", "processing", "completed"],
            await database.QueryAsync<string>("SELECT to_state FROM job_events ORDER BY seq"));
    }

    private Task ExpireAsync(Guid job) => database.ExecuteAsync("UPDATE jobs SET lease_until = now() - interval '1 ms' WHERE id = @job", new { job });

    private static async Task AssertRefusedAsync(JobProtocol protocol, ClaimedJob job)
    {
        Assert.False(await protocol.AdvanceAsync(job.Id, job.Fence, "processing", Stop));
        Assert.False(await protocol.ReportAsync(job.Id, job.Fence, "{}", Stop));
        Assert.False(await protocol.EndCancelledAsync(job.Id, job.Fence, "x", Stop));
        Assert.Null(await protocol.SnoozeAsync(job.Id, job.Fence, TimeSpan.Zero, "x", "x", Stop));
        Assert.Null(await protocol.FailAsync(job.Id, job.Fence, "x", "x", false, [], Stop));
        Assert.False(await protocol.CompleteAsync(job));
        await Assert.ThrowsAsync<LeaseLostException>(() => protocol.CompleteAsync(job.Id, job.Fence, _ => Task.CompletedTask, Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => protocol.BuryAsync(job.Id, job.Fence, "x", "x", null, Stop));
    }
}
