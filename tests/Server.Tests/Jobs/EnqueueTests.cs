using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Npgsql;

namespace AutoDevOps.Server.Tests.Jobs;

public class EnqueueTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => new(database.ClearAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_double_click_is_one_job_until_that_one_has_ended()
    {
        await using var process = new JobProcess(database);
        var (tenant, other) = (await database.AddTenantAsync(), await database.AddTenantAsync());
        var clicks = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => process.EnqueueAsync(tenant, dedupeKey: "same")));
        Assert.Single(clicks, id => id != Guid.Empty);
        Assert.NotEqual(Guid.Empty, await process.EnqueueAsync(other, dedupeKey: "same"));
        Assert.Equal(2, await database.SingleAsync<long>("SELECT count(*) FROM job_events"));
        await process.RunOnceAsync();
        Assert.NotEqual(Guid.Empty, await process.EnqueueAsync(tenant, dedupeKey: "same"));
    }

    [Fact]
    public async Task A_job_that_is_rolled_back_is_not_there_and_wakes_nobody()
    {
        await using var process = new JobProcess(database);
        var tenant = await database.AddTenantAsync();
        List<string?> woken = [];
        process.Get<JobSignals>().Woken += woken.Add;
        await Assert.ThrowsAsync<InvalidOperationException>(() => process.Db.InTransactionAsync(
            tenant.Caller,
            async Task (connection) =>
            {
                await process.Get<JobQueue>().EnqueueAsync(connection, tenant.OrganizationId, new TestJob.Args(""));
                throw new InvalidOperationException();
            },
            CancellationToken.None));
        Assert.Equal(0, await database.SingleAsync<long>("SELECT count(*) FROM jobs"));
        Assert.Empty(woken);
        await process.EnqueueAsync(tenant);
        Assert.Equal(["analysis"], woken);
    }

    [Fact]
    public async Task Members_enqueue_and_viewers_and_strangers_do_not()
    {
        await using var process = new JobProcess(database);
        var tenant = await database.AddTenantAsync();
        Assert.NotEqual(Guid.Empty, await process.EnqueueAsync(await database.AddMemberAsync(tenant, "member")));
        foreach (var caller in (Tenant[])[await database.AddMemberAsync(tenant, "viewer"), (await database.AddTenantAsync()) with { OrganizationId = tenant.OrganizationId }])
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => process.EnqueueAsync(caller));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }

    [Fact]
    public async Task What_ended_long_ago_is_removed_with_its_events_and_nothing_else_is()
    {
        await using var process = new JobProcess(database);
        var tenant = await database.AddTenantAsync();
        async Task RunAsync(int jobs)
        {
            for (var i = 0; i < jobs; i++)
            {
                await process.EnqueueAsync(tenant);
            }

            await process.RunOnceAsync();
        }

        await database.FreezeClockAsync(DateTime.UtcNow);
        await RunAsync(2);
        // It has waited for long, and has not ended.
        await database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args, run_at) SELECT gen_random_uuid(), @OrganizationId, 'sync', 'test_sync', '{}', app.now() + interval '1 year'", tenant);
        await database.MoveClockAsync(TimeSpan.FromDays(31));
        await RunAsync(2);
        Assert.Equal(2, await process.Get<JobSweeper>().PruneAsync(CancellationToken.None));
        Assert.Equal([("completed", 2L), ("pending", 1L)], await database.QueryAsync<(string, long)>("SELECT state, count(*) FROM jobs GROUP BY state ORDER BY state"));
        Assert.Equal(0, await database.SingleAsync<long>("SELECT count(*) FROM job_events WHERE job_id NOT IN (SELECT id FROM jobs)"));
        Assert.Equal(0, await process.Get<JobSweeper>().PruneAsync(CancellationToken.None));
    }
}
