using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>What becomes of the jobs of a worker that was killed.</summary>
public class RescueTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await database.ClearAsync();
        await database.FreezeClockAsync(new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void By_the_defaults_a_killed_workers_jobs_wait_in_line_again_in_less_than_fifteen_seconds() =>
        Assert.InRange(new JobOptions().RescuedWithin, TimeSpan.Zero, TimeSpan.FromSeconds(14));

    [Fact]
    public async Task The_jobs_of_a_killed_worker_are_all_rescued_by_the_first_look_after_its_lease_however_many_they_are()
    {
        await using var dead = new JobProcess(database);
        await using var process = new JobProcess(database);
        var options = process.Get<IOptions<JobOptions>>().Value;
        var tenant = await database.AddTenantAsync();
        await database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args) SELECT gen_random_uuid(), @OrganizationId, 'analysis', 'test', '{}' FROM generate_series(1, 600)", tenant);
        // What three queues may run at once; killed at the moment in which it took them.
        Assert.Equal(600, (await dead.Protocol.TakeTurnAsync(
            QueueNames.Analysis, [], [TestJob.Args.Kind], 600, new AnalysisQueueOptions { PerOrganization = 1000 }, options.Lease, CancellationToken.None)).Taken.Count);
        // Looked at just before a lease ends, and then not before the next look.
        await database.MoveClockAsync(options.RescuedWithin);
        Assert.Equal(600, (await process.Get<JobSweeper>().RescueAsync(CancellationToken.None)).Count);
        Assert.Equal(600, await database.SingleAsync<int>("SELECT count(*) FROM jobs WHERE state = 'pending' AND rescues = 1"));
    }

    [Fact]
    public async Task A_lease_that_lasts_is_respected_and_one_that_ended_is_not()
    {
        await using var dead = new JobProcess(database);
        await using var process = new JobProcess(database);
        await dead.EnqueueAsync(await database.AddTenantAsync());
        await dead.ClaimAsync(1);
        await database.MoveClockAsync(TimeSpan.FromSeconds(15));
        Assert.Empty(await process.Get<JobSweeper>().RescueAsync(CancellationToken.None));
        Assert.Empty(await process.ClaimAsync(1));
        await database.MoveClockAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal("pending", Assert.Single(await process.Get<JobSweeper>().RescueAsync(CancellationToken.None)).State);
        Assert.Equal(2, Assert.Single(await process.ClaimAsync(1)).Attempt);
    }

    [Fact]
    public async Task The_next_claim_rescues_by_itself_and_takes_the_job()
    {
        await using var dead = new JobProcess(database);
        await using var process = new JobProcess(database);
        await dead.EnqueueAsync(await database.AddTenantAsync());
        await dead.ClaimAsync(1);
        await database.MoveClockAsync(TimeSpan.FromSeconds(16));
        Assert.Equal(2, Assert.Single(await process.ClaimAsync(1)).Attempt);
        Assert.Equal(["pending", "active", "failed", "pending", "active"], await database.QueryAsync<string>("SELECT to_state FROM job_events ORDER BY seq"));
    }

    [Theory]
    [InlineData(1, 0, false, "pending", "worker_lost")]
    [InlineData(2, 1, false, "dead_letter", "worker_lost")]
    [InlineData(4, 0, false, "dead_letter", "worker_lost")]
    [InlineData(1, 0, true, "cancelled", "cancelled")]
    public async Task What_took_two_workers_down_gets_no_third(int attempt, int rescues, bool isCancelRequested, string state, string code)
    {
        await using var dead = new JobProcess(database);
        await using var process = new JobProcess(database);
        var tenant = await database.AddTenantAsync();
        await dead.EnqueueAsync(tenant);
        var job = Assert.Single(await dead.ClaimAsync(1));
        await database.ExecuteAsync("UPDATE jobs SET attempt = @attempt, rescues = @rescues WHERE id = @Id", new { attempt, rescues, job.Id });
        if (isCancelRequested)
        {
            await process.CancelAsync(tenant, job.Id);
        }

        await database.MoveClockAsync(TimeSpan.FromSeconds(16));
        Assert.Equal(state, Assert.Single(await process.Get<JobSweeper>().RescueAsync(CancellationToken.None)).State);
        Assert.Equal(
            (state, code, rescues + 1, attempt),
            await database.SingleAsync<(string, string, int, int)>("SELECT state, error_code, rescues, attempt FROM jobs"));
    }

    [Fact]
    public async Task Several_sweepers_rescue_each_job_once()
    {
        await using var dead = new JobProcess(database);
        var tenant = await database.AddTenantAsync();
        await database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args) SELECT gen_random_uuid(), @OrganizationId, 'analysis', 'test', '{}' FROM generate_series(1, 60)", tenant);
        Assert.Equal(60, (await dead.ClaimAsync(60)).Count);
        await database.MoveClockAsync(TimeSpan.FromSeconds(16));
        var processes = Enumerable.Range(0, 4).Select(_ => new JobProcess(database)).ToList();
        var rescued = (await Task.WhenAll(processes.Select(process => process.Protocol.RescueAsync(40, CancellationToken.None)))).SelectMany(jobs => jobs).ToList();
        Assert.Equal(60, rescued.Count);
        Assert.Equal(60, rescued.Select(job => job.Id).Distinct().Count());
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Who_waits_for_a_job_hears_that_a_claim_buried_it_or_put_it_back_in_another_queue()
    {
        await using var dead = new JobProcess(database);
        await using var process = new JobProcess(database);
        var (buried, waiting) = (await database.AddTenantAsync(), await database.AddTenantAsync());
        await dead.EnqueueAsync(buried);
        await dead.ClaimAsync(1);
        await database.ExecuteAsync("UPDATE jobs SET rescues = 1");
        await dead.Db.InTransactionAsync(
            waiting.Caller, connection => dead.Get<JobQueue>().EnqueueAsync(connection, waiting.OrganizationId, new TestSync.Args("")), CancellationToken.None);
        Assert.Single((await dead.Protocol.ClaimAsync("sync", "test_sync", 1, new SyncQueueOptions())).Taken);
        await database.MoveClockAsync(TimeSpan.FromSeconds(16));

        List<Guid?> told = [];
        List<string?> woken = [];
        process.Get<JobSignals>().EventsAdded += notice => told.Add(notice?.OrganizationId);
        process.Get<JobSignals>().Woken += woken.Add;
        await process.RunOnceAsync();
        Assert.Contains(buried.OrganizationId, told);
        Assert.Contains(waiting.OrganizationId, told);
        Assert.Contains("sync", woken);
    }
}
