using AutoDevOps.Server.Features;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Jobs;

public class ScheduleTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    private static readonly DateTime Noon = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    public async ValueTask InitializeAsync()
    {
        await database.ClearAsync();
        await database.FreezeClockAsync(Noon);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Each_tick_is_one_job_however_many_processes_look()
    {
        JobProcess[] processes = [.. Enumerable.Range(0, 8).Select(_ => new JobProcess(database))];
        var schedules = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            schedules.Add(await AddAsync(await database.AddTenantAsync(), "0 * * * *", Noon));
        }

        List<Guid> made = [];
        for (var hour = 0; hour < 4; hour++)
        {
            // All at once, and once more.
            foreach (var jobs in await Task.WhenAll(processes.SelectMany(process => new[] { TickAsync(process), TickAsync(process) })))
            {
                made.AddRange(jobs);
            }

            await database.MoveClockAsync(TimeSpan.FromHours(1));
        }

        Assert.Equal(20, made.Count);
        var keys = await database.QueryAsync<string>("SELECT dedupe_key FROM jobs");
        Assert.Equal(
            (from schedule in schedules from hour in Enumerable.Range(12, 4) select $"schedule:{schedule}:2026-03-01T{hour}:00:00").Order(StringComparer.Ordinal),
            keys.Order(StringComparer.Ordinal));
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_is_not_due_makes_nothing()
    {
        await using var process = new JobProcess(database);
        await AddAsync(await database.AddTenantAsync(), "0 * * * *", Noon + TimeSpan.FromMicroseconds(1));
        await AddAsync(await database.AddTenantAsync(), "0 * * * *", null);
        Assert.Empty(await TickAsync(process));
    }

    [Fact]
    public async Task Ticks_that_were_missed_become_one()
    {
        await using var process = new JobProcess(database);
        var schedule = await AddAsync(await database.AddTenantAsync(), "0 5 * * *", Noon.AddDays(-7).Date.AddHours(5));
        Assert.Single(await TickAsync(process));
        Assert.Empty(await TickAsync(process));
        Assert.Equal(
            (new DateTime(2026, 3, 2, 5, 0, 0, DateTimeKind.Utc), new DateTime(2026, 2, 22, 5, 0, 0, DateTimeKind.Utc)),
            await database.SingleAsync<(DateTime, DateTime)>("SELECT next_at, last_at FROM schedules WHERE id = @schedule", new { schedule }));
    }

    [Fact]
    public async Task A_process_that_dies_in_the_middle_of_a_tick_leaves_it_to_the_next()
    {
        await using var process = new JobProcess(database);
        await AddAsync(await database.AddTenantAsync(), "0 * * * *", Noon);
        await using (var connection = await database.App.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var take = connection.CreateCommand();
            take.CommandText = "SELECT set_config('app.node_id', gen_random_uuid()::text, true); SELECT count(*) FROM app.take_due_schedules(10)";
            await take.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            // In its hands: nobody else has it, and nobody waits for it.
            Assert.Empty(await TickAsync(process));
        }

        Assert.Single(await TickAsync(process));
    }

    [Fact]
    public async Task A_schedule_that_cannot_be_read_any_more_does_its_tick_and_stops()
    {
        await using var process = new JobProcess(database);
        var schedule = await AddAsync(await database.AddTenantAsync(), "0 * * * *", Noon, "Mars/Olympus");
        Assert.Single(await TickAsync(process));
        Assert.Null(await database.SingleAsync<DateTime?>("SELECT next_at FROM schedules WHERE id = @schedule", new { schedule }));
    }

    [Fact]
    public async Task A_schedule_whose_times_come_close_where_the_clock_is_put_forward_goes_on()
    {
        await using var process = new JobProcess(database);
        await database.FreezeClockAsync(new DateTime(2026, 3, 28, 12, 0, 0, DateTimeKind.Utc));
        // 02:50 does not exist on the next day: it becomes 03:00, five minutes before 03:05.
        var schedule = await AddAsync(await database.AddTenantAsync(), "5,50 2,3 * * *", new DateTime(2026, 3, 28, 11, 0, 0, DateTimeKind.Utc), "Europe/Berlin");
        Assert.Single(await TickAsync(process));
        Assert.Equal(new DateTime(2026, 3, 29, 1, 0, 0, DateTimeKind.Utc), await database.SingleAsync<DateTime?>("SELECT next_at FROM schedules WHERE id = @schedule", new { schedule }));
    }

    [Fact]
    public async Task A_tick_starts_the_analysis_as_whoever_made_the_schedule()
    {
        await using var process = new JobProcess(database, services => services.AddJobHandlers());
        var tenant = await database.AddTenantAsync();
        await AddAsync(tenant, "0 * * * *", await AtPresentAsync(), kind: "security");
        await TickAsync(process);
        await process.RunOnceAsync();
        Assert.Equal(
            ("security", tenant.UserId, "run_analysis", "pending"),
            await database.SingleAsync<(string, Guid, string, string)>(
                "SELECT analyses.kind, analyses.requested_by, jobs.kind, jobs.state FROM analyses JOIN jobs ON jobs.id = analyses.job_id"));
        Assert.Equal("completed", await database.SingleAsync<string>("SELECT state FROM jobs WHERE kind = 'run_schedule'"));
    }

    [Theory]
    [InlineData("DELETE FROM schedules", "The schedule was removed.")]
    [InlineData("UPDATE repositories SET disconnected_at = now()", "The repository is disconnected.")]
    public async Task What_is_gone_is_not_analysed(string gone, string reason)
    {
        await using var process = new JobProcess(database, services => services.AddJobHandlers());
        await AddAsync(await database.AddTenantAsync(), "0 * * * *", await AtPresentAsync());
        await TickAsync(process);
        await database.ExecuteAsync(gone);
        await process.RunOnceAsync();
        Assert.Equal(("cancelled", reason), await database.SingleAsync<(string, string)>("SELECT state, error FROM jobs"));
    }

    // A job's rights last as long as its lease, by the real clock.
    private async Task<DateTime> AtPresentAsync()
    {
        await database.FreezeClockAsync(DateTime.UtcNow);
        return await database.SingleAsync<DateTime>("SELECT app.now()");
    }

    private static Task<IReadOnlyList<Guid>> TickAsync(JobProcess process) => process.Get<Scheduler>().TickAsync(TestContext.Current.CancellationToken);

    private async Task<Guid> AddAsync(Tenant tenant, string cron, DateTime? next, string zone = "UTC", string kind = "full")
    {
        var id = Guid.CreateVersion7();
        await database.ExecuteAsync(
            """
            INSERT INTO schedules (id, organization_id, repository_id, cron, time_zone, kind, next_at, requested_by)
            VALUES (@id, @OrganizationId, @repository, @cron, @zone, @kind, @next, @UserId)
            """,
            new { id, tenant.OrganizationId, repository = await database.AddRepositoryAsync(tenant), cron, zone, kind, next, tenant.UserId });
        return id;
    }
}
