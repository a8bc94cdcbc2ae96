using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Jobs;

public class ProtocolStressTests(JobDatabase database) : IClassFixture<JobDatabase>
{
    private const int Jobs = 90;

    private int _dice;

    /// <summary>Each of these takes locks of its own: whatever order they come in, none may wait for another in a circle.</summary>
    [Fact]
    public async Task Claims_beats_cancels_rescues_and_results_all_at_once_never_deadlock_and_lose_no_job()
    {
        var tenants = new List<Tenant>();
        for (var i = 0; i < 3; i++)
        {
            tenants.Add(await database.AddTenantAsync());
            await AddJobsAsync(tenants[i], await database.AddRepositoryAsync(tenants[i]));
        }

        var processes = Enumerable.Range(0, 3).Select(_ => new JobProcess(
            database, HandleAsync, ("AnalysisQueue:Concurrency", "10"), ("AnalysisQueue:PerOrganization", "20"), ("AnalysisQueue:RetryWaits", "00:00:00, 00:00:00, 00:00:00"))).ToList();
        var ids = await database.QueryAsync<Guid>("SELECT id FROM jobs");
        using var done = new CancellationTokenSource();
        List<Task> others = [.. processes.Select(process => UntilDoneAsync(done, () => Task.Run(process.Get<Heartbeat>().Beat)))];
        others.Add(UntilDoneAsync(done, () => processes[0].Protocol.RescueAsync(20, CancellationToken.None)));
        others.Add(UntilDoneAsync(done, () => database.ExecuteAsync("UPDATE jobs SET lease_until = now() - interval '1 ms' WHERE id = (SELECT id FROM jobs WHERE lease_until > now() ORDER BY random() LIMIT 1) AND lease_until IS NOT NULL")));
        others.Add(UntilDoneAsync(done, () => processes[1].CancelAsync(tenants[Roll(3)], ids[Roll(ids.Count)])));
        var workers = processes.Select(process => UntilDoneAsync(done, process.RunOnceAsync)).ToList();
        await database.WaitUntilAsync("NOT EXISTS (SELECT FROM jobs WHERE finished_at IS NULL)");
        await done.CancelAsync();
        // What any of them was told comes out here.
        await Task.WhenAll([.. others, .. workers]);

        Assert.Equal(0, await database.SingleAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
        Assert.Equal(Jobs, await database.SingleAsync<long>("SELECT count(*) FROM jobs WHERE state IN ('completed', 'dead_letter', 'cancelled') AND attempt <= max_attempts AND lease_until IS NULL"));
        Assert.Equal(Jobs, await database.SingleAsync<long>("SELECT count(*) FROM jobs WHERE event_seq = (SELECT count(*) FROM job_events WHERE job_id = jobs.id)"));
        Assert.Equal(0, await database.SingleAsync<long>("SELECT count(*) FROM jobs JOIN analyses ON job_id = jobs.id WHERE (state <> 'completed') <> (failure IS NOT NULL)"));
        Assert.Equal(
            0,
            await database.SingleAsync<long>(
                """
                SELECT count(*) FROM (
                    SELECT from_state, lag(to_state) OVER (PARTITION BY job_id ORDER BY seq) AS previous FROM job_events WHERE kind = 'state') AS event
                WHERE from_state IS DISTINCT FROM previous
                """));
        Assert.InRange(await database.SingleAsync<long>("SELECT count(DISTINCT state) FROM jobs"), 2, 3);
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
    }

    private async Task<JobOutcome> HandleAsync(Job<TestJob.Args> job, CancellationToken stop)
    {
        await job.ReportAsync("work", 1, 2, stop);
        switch (Roll(5))
        {
            case 0:
                return JobOutcome.Snooze(TimeSpan.Zero, "not now");
            case 1:
                await job.EnterAsync(JobState.AiRequest, stop);
                throw new JobFailedException("again", "Again.");
            case 2:
                return JobOutcome.Fail("It is broken.");
            default:
                await job.EnterAsync(JobState.Processing, stop);
                return JobOutcome.CompletedWith(connection => connection.ExecuteAsync("UPDATE analyses SET finished_at = now() WHERE job_id = @Id", new { job.Id }));
        }
    }

    private Task AddJobsAsync(Tenant tenant, Guid repository) => database.ExecuteAsync(
        """
        INSERT INTO jobs (id, organization_id, queue, kind, args) SELECT gen_random_uuid(), @OrganizationId, 'analysis', 'test', '{"text": ""}' FROM generate_series(1, @count);
        INSERT INTO analyses (id, organization_id, repository_id, job_id, kind) SELECT gen_random_uuid(), organization_id, @repository, id, 'full' FROM jobs WHERE organization_id = @OrganizationId;
        """,
        new { tenant.OrganizationId, repository, count = Jobs / 3 });

    // Not random, and in no order that repeats.
    private int Roll(int sides) => (int)(unchecked((uint)Interlocked.Increment(ref _dice) * 2654435761u) >> 8) % sides;

    private static async Task UntilDoneAsync(CancellationTokenSource done, Func<Task> step)
    {
        while (!done.IsCancellationRequested)
        {
            await step();
        }
    }
}
