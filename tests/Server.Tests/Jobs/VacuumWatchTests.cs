using System.Data;
using System.Diagnostics.Metrics;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>What makes a queue in a table slow is measured, and raises an alert of the installation.</summary>
public sealed class VacuumWatchTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => new(database.ExecuteAsync("DELETE FROM jobs; DELETE FROM alerts"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transaction_that_is_left_open_raises_one_alert_however_many_look_and_its_end_clears_it(bool isOfAnotherRole)
    {
        var logs = new RecordedLogs();
        await using var process = new JobProcess(database, new JobProcess.Surroundings(Logs: logs));
        await using var other = new JobProcess(database, new JobProcess.Surroundings(Logs: logs));
        await using (var open = isOfAnotherRole ? await database.OpenAdministratorAsync() : await database.App.OpenConnectionAsync(Stop))
        {
            await using var transaction = await open.BeginTransactionAsync(IsolationLevel.RepeatableRead, Stop);
            await open.ExecuteAsync("SELECT count(*) FROM jobs");
            await LookAsync(process, TimeSpan.FromMinutes(14));
            Assert.Empty(await AlertsAsync());

            var ages = new List<double>();
            using var listener = Listen("autodevops.database.oldest_snapshot", ages);
            await LookAsync(process, TimeSpan.FromMinutes(16));
            await LookAsync(other, TimeSpan.FromMinutes(17));
            var (kind, name, isResolved) = Assert.Single(await AlertsAsync());
            Assert.Equal((VacuumWatch.OldSnapshot, false), (kind, isResolved));
            Assert.Matches($"^session [0-9]+ of {(isOfAnotherRole ? "postgres" : "autodevops_app")}$", name);
            Assert.Equal(2, ages.Count(age => age > 900));
        }

        await LookAsync(other, TimeSpan.FromMinutes(18));
        Assert.True(Assert.Single(await AlertsAsync()).IsResolved);
        Assert.Single(logs.Warnings);
        Assert.Contains(logs.Lines, line => line.Contains("old_snapshot is over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_alert_is_raised_once_by_those_who_see_its_reason_at_the_same_moment()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => new JobProcess(database)).ToList();
        await using (var open = await database.OpenAdministratorAsync())
        {
            await using var transaction = await open.BeginTransactionAsync(IsolationLevel.RepeatableRead, Stop);
            await open.ExecuteAsync("SELECT count(*) FROM jobs");
            await SetClockAsync(TimeSpan.FromHours(1));
            await Task.WhenAll(processes.Select(process => process.Get<VacuumWatch>().LookAsync(Stop)));
        }

        Assert.Single(await AlertsAsync());
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Dead_rows_that_outnumber_the_live_ones_raise_an_alert_and_a_vacuum_clears_it()
    {
        await using var process = new JobProcess(database, settings: ("Jobs:DeadRowsAlert", "1000"));
        var tenant = await database.AddTenantAsync();
        await database.ExecuteAsync("ALTER TABLE jobs SET (autovacuum_enabled = false); ALTER TABLE job_events SET (autovacuum_enabled = false)");
        await database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args) SELECT gen_random_uuid(), @OrganizationId, 'analysis', 'test', '{}' FROM generate_series(1, 1500)", tenant);
        await database.ExecuteAsync("DELETE FROM jobs; SELECT pg_stat_force_next_flush()");
        await database.WaitUntilAsync("n_dead_tup >= 1500 FROM pg_stat_user_tables WHERE relname = 'jobs'");
        await LookAsync(process, TimeSpan.Zero);
        Assert.Equal((VacuumWatch.DeadRows, false), (await AlertsAsync()).Select(alert => (alert.Kind, alert.IsResolved)).Single());

        await database.ExecuteAsync("VACUUM jobs");
        await database.ExecuteAsync("VACUUM job_events");
        await database.WaitUntilAsync("sum(n_dead_tup) = 0 FROM pg_stat_user_tables WHERE relname IN ('jobs', 'job_events')");
        await LookAsync(process, TimeSpan.Zero);
        Assert.True(Assert.Single(await AlertsAsync()).IsResolved);
    }

    private async Task LookAsync(JobProcess process, TimeSpan later)
    {
        await SetClockAsync(later);
        await process.Get<VacuumWatch>().LookAsync(Stop);
    }

    private Task SetClockAsync(TimeSpan later) => database.FreezeClockAsync((TimeProvider.System.GetUtcNow() + later).UtcDateTime);

    private Task<IReadOnlyList<(string Kind, string Name, bool IsResolved)>> AlertsAsync() => database.QueryAsync<(string, string, bool)>(
        "SELECT kind, detail ->> 'name', resolved_at IS NOT NULL FROM alerts WHERE organization_id IS NULL");

    private static MeterListener Listen(string instrument, List<double> values)
    {
        var listener = new MeterListener { InstrumentPublished = (published, listener) => { if (published.Name == instrument) { listener.EnableMeasurementEvents(published); } } };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => values.Add(value));
        listener.Start();
        return listener;
    }
}
