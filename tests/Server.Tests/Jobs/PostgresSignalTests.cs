using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>PostgreSQL carries: LISTEN and NOTIFY.</summary>
public sealed class PostgresSignalTests(JobDatabase database) : SignalTests(database), IClassFixture<JobDatabase>
{
    private readonly JobDatabase _database = database;

    protected override string? Redis => null;

    public override async ValueTask DisposeAsync()
    {
        await BringCarrierBackAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_listener_that_is_told_nothing_notices_within_a_round_and_says_why()
    {
        await using var relay = new PostgresRelay(_database.ConnectionString) { KeepsNotifications = true };
        var time = new FakeTimeProvider();
        await using var process = new JobProcess(_database, new JobProcess.Surroundings(relay.ConnectionString, time));
        var listener = process.Get<JobListener>();
        await process.StartAsync<JobListener>();
        await listener.FirstConnected.Task;
        while (listener.Connections < 3)
        {
            Stop.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        // With a connection that delivers it stays.
        relay.KeepsNotifications = false;
        relay.Cut();
        var before = listener.Connections;
        while (listener.Connections == before)
        {
            Stop.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        var woken = new TaskCompletionSource();
        process.Get<JobSignals>().Woken += _ => woken.TrySetResult();
        await _database.ExecuteAsync("SELECT pg_notify('autodevops_wake', 'sync')");
        await woken.Task;
    }

    protected override Task TakeCarrierAwayAsync() => _database.ExecuteAsync("""
        DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()); END $$;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'autodevops_app'
        """);

    protected override Task BringCarrierBackAsync() => _database.ExecuteAsync(
        "DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO PUBLIC', current_database()); END $$");
}
