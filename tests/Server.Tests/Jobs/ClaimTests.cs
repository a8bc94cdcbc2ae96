using System.Collections.Concurrent;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Jobs;

public class ClaimTests(PostgresFixture postgres, bool isPooled = false) : IAsyncLifetime
{
    private readonly JobDatabase _database = isPooled ? new PooledJobDatabase(postgres) : new(postgres);

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_tenant_behind_anothers_500_jobs_starts_among_the_first_ten()
    {
        await using var process = new JobProcess(_database);
        var loud = await _database.AddTenantAsync();
        var quiet = await _database.AddTenantAsync();
        await AddAsync(loud, 500);
        await AddAsync(quiet, 5);
        List<Guid> order = [];
        while (order.Count < 10)
        {
            order.AddRange((await process.ClaimAsync(3)).Select(job => job.OrganizationId));
        }

        Assert.Equal(5, order.Take(10).Count(id => id == quiet.OrganizationId));
    }

    [Fact]
    public async Task A_tenant_behind_anothers_500_jobs_starts_among_the_first_ten_of_a_worker_that_takes_some_ahead()
    {
        await using var process = await BusyProcess.StartAsync(_database, new FakeTimeProvider());
        var quiet = await _database.AddTenantAsync();
        await _database.ExecuteAsync(
            """
            INSERT INTO jobs (id, organization_id, queue, kind, args)
            SELECT gen_random_uuid(), organization, 'analysis', 'test', jsonb_build_object('text', name)
            FROM (VALUES (@loud, 'loud', 500), (@quiet, 'quiet', 5)) AS tenant (organization, name, count), generate_series(1, count)
            """,
            new { loud = process.Tenant.OrganizationId, quiet = quiet.OrganizationId });
        process.Process.Get<JobSignals>().Wake("analysis");
        await _database.WaitUntilAsync("count(*) = 505 FROM jobs WHERE state = 'completed' AND args ->> 'text' <> 'first'");
        // They are claimed among the first ten; what the worker has in hand begins in any order.
        const int InHand = 4;
        var order = process.Ran.Where(text => text != "first").ToList();
        Assert.InRange(order.IndexOf("quiet"), 0, 9);
        Assert.Equal(5, order.Take(10 + InHand).Count(text => text == "quiet"));
    }

    [Fact]
    public async Task A_tenant_that_was_only_passed_by_because_of_its_cap_has_not_had_its_turn()
    {
        await using var process = new JobProcess(_database);
        var tenants = (await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => _database.AddTenantAsync())))
            .OrderBy(tenant => tenant.OrganizationId.ToString(), StringComparer.Ordinal).ToList();
        await AddAsync(tenants[0], 2);
        await AddAsync(tenants[1], 2);
        // Two turns of the first, one of the second between them; then only the second still waits, at its cap.
        var first = await process.ClaimAsync(1, cap: 1);
        await process.ClaimAsync(1, cap: 1);
        await process.Protocol.CompleteAsync(first[0]);
        await process.ClaimAsync(5, cap: 1);

        Assert.Equal(tenants[0].OrganizationId, await _database.SingleAsync<Guid>("SELECT cursor FROM queues WHERE name = 'analysis'"));
        await AddAsync(tenants[0], 1);
        Assert.Equal(tenants[1].OrganizationId, Assert.Single(await process.ClaimAsync(1, cap: 2)).OrganizationId);
    }

    [Fact]
    public async Task One_organizations_line_goes_by_priority_then_time()
    {
        await using var process = new JobProcess(_database);
        var tenant = await _database.AddTenantAsync();
        await _database.ExecuteAsync(
            """
            INSERT INTO jobs (id, organization_id, queue, kind, args, priority, run_at)
            SELECT gen_random_uuid(), @OrganizationId, 'analysis', 'test', jsonb_build_object('text', name), priority, now() - age
            FROM (VALUES ('third', 2, '1h'::interval), ('first', 1, '2m'), ('second', 1, '1m'), ('not due', 1, '-1h')) AS row (name, priority, age)
            """,
            new { tenant.OrganizationId });
        var claimed = await process.ClaimAsync(10);
        Assert.Equal(["""{"text": "first"}""", """{"text": "second"}""", """{"text": "third"}"""], claimed.Select(job => job.Args));
    }

    [Fact]
    public async Task The_cap_of_an_organization_holds_under_eight_clients()
    {
        var tenants = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _database.AddTenantAsync()));
        foreach (var tenant in tenants)
        {
            await AddAsync(tenant, 50);
        }

        var processes = Enumerable.Range(0, 8).Select(_ => new JobProcess(_database)).ToList();
        try
        {
            var claimed = await Task.WhenAll(processes.Select(process => process.ClaimAsync(5, cap: 4)));
            var perTenant = claimed.SelectMany(jobs => jobs).CountBy(job => job.OrganizationId).ToDictionary();
            Assert.Equal(tenants.ToDictionary(tenant => tenant.OrganizationId, _ => 4), perTenant);
        }
        finally
        {
            await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Four_workers_drain_2000_jobs_and_do_each_exactly_once()
    {
        var runs = new ConcurrentBag<Guid>();
        var tenants = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _database.AddTenantAsync()));
        foreach (var tenant in tenants)
        {
            await AddAsync(tenant, 400);
        }

        var processes = Enumerable.Range(0, 4).Select(_ => new JobProcess(
            _database,
            (job, _) =>
            {
                runs.Add(job.Id);
                return Task.FromResult(Server.Jobs.JobOutcome.Completed);
            },
            ("AnalysisQueue:Concurrency", "20"), ("AnalysisQueue:PerOrganization", "1000"))).ToList();
        try
        {
            await Task.WhenAll(processes.Select(async process =>
            {
                while (await process.RunOnceAsync() > 0)
                {
                    // Until nothing is left.
                }
            }));
        }
        finally
        {
            await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
        }

        Assert.Equal(2000, runs.Count);
        Assert.Equal(2000, runs.Distinct().Count());
        Assert.Equal([("completed", 2000L)], await _database.QueryAsync<(string, long)>("SELECT state, count(*) FROM jobs GROUP BY state"));
        Assert.Equal(
            [("active", 2000L), ("completed", 2000L), ("pending", 2000L), ("processing", 2000L)],
            await _database.QueryAsync<(string, long)>("SELECT to_state, count(*) FROM job_events GROUP BY to_state ORDER BY to_state"));
    }

    [Fact]
    public async Task A_kind_that_no_worker_knows_fails_its_attempts_and_ends_as_a_dead_letter()
    {
        await using var process = new JobProcess(_database);
        var tenant = await _database.AddTenantAsync();
        await _database.FreezeClockAsync(new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await AddAsync(tenant, 1, "unheard_of");
        for (var attempt = 0; attempt < 4; attempt++)
        {
            Assert.Empty(await process.ClaimAsync(5));
            await _database.MoveClockAsync(TimeSpan.FromMinutes(6));
        }

        Assert.Equal(("dead_letter", "unknown_kind", 4), await _database.SingleAsync<(string, string, int)>("SELECT state, error_code, attempt FROM jobs"));
        Assert.Equal(
            ["pending", "failed", "pending", "failed", "pending", "failed", "pending", "failed", "dead_letter"],
            await _database.QueryAsync<string>("SELECT to_state FROM job_events ORDER BY seq"));
    }

    [Fact]
    public async Task A_claim_walks_indexes_only()
    {
        foreach (var tenant in await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _database.AddTenantAsync())))
        {
            await AddAsync(tenant, 100);
        }

        await using var connection = await _database.App.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("SELECT set_config('app.node_id', gen_random_uuid()::text, true)");
        var claimed = await connection.QueryAsync<Guid>("SELECT id FROM app.claim_jobs('analysis', gen_random_uuid(), '{test}', 5, 10, '15s', '{30s}')");
        var (sequential, byIndex, fetched) = await connection.QuerySingleAsync<(long, long, long)>(
            "SELECT seq_scan, idx_scan, idx_tup_fetch FROM pg_stat_xact_all_tables WHERE relname = 'jobs'");
        Assert.Equal(5, claimed.Count());
        Assert.Equal(0, sequential);
        // Each job costs a few looks at the index, whatever the length of the lines: 2,000 wait here.
        Assert.InRange(byIndex, 10, 60);
        Assert.InRange(fetched, 5, 60);
    }

    private Task AddAsync(Tenant tenant, int count, string kind = "test") => _database.ExecuteAsync(
        """
        INSERT INTO jobs (id, organization_id, queue, kind, args)
        SELECT gen_random_uuid(), @OrganizationId, 'analysis', @kind, '{"text": ""}' FROM generate_series(1, @count)
        """,
        new { tenant.OrganizationId, kind, count });
}
