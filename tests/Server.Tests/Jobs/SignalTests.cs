using System.Collections.Concurrent;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>How processes hear of each other's doings; and that a job is found when they do not.</summary>
public sealed class SignalTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => new(database.ClearAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_thousand_hints_become_a_few_notifications_and_the_last_is_among_them()
    {
        await using var process = new JobProcess(database);
        await process.StartAsync<JobNotifier>();
        await using var ear = await database.App.OpenConnectionAsync(Stop);
        List<string> heard = [];
        ear.Notification += (_, notice) => heard.Add(notice.Payload);
        await ear.ExecuteAsync("LISTEN autodevops_wake; LISTEN autodevops_events");
        var last = new EventNotice(Guid.CreateVersion7(), Guid.CreateVersion7());
        for (var i = 0; i < 1000; i++)
        {
            process.Get<JobNotifier>().Wake("analysis");
        }

        process.Get<JobNotifier>().AnnounceEvents(last.OrganizationId, last.JobId);
        // Of one batch they come in any order.
        while (!heard.Contains(last.ToString()) || !heard.Contains("analysis"))
        {
            await ear.WaitAsync(Stop);
        }

        Assert.InRange(heard.Count(payload => payload == "analysis"), 1, 50);
    }

    [Fact]
    public async Task A_worker_starts_at_once_what_another_process_enqueued()
    {
        await using var worker = new JobProcess(database, settings: ("Jobs:Poll", "00:01:00"));
        await using var api = new JobProcess(database);
        await worker.StartAsync<JobListener>();
        await worker.StartAsync<JobWorker>();
        await api.StartAsync<JobNotifier>();
        await worker.Get<JobListener>().FirstConnected.Task;
        var id = await api.EnqueueAsync(await database.AddTenantAsync());
        await database.WaitUntilAsync("state = 'completed' FROM jobs WHERE id = @id", new { id });
    }

    [Fact]
    public async Task Without_any_notification_the_poll_finds_the_job()
    {
        await using var worker = new JobProcess(database, settings: ("Jobs:Poll", "00:00:00.1"));
        await worker.StartAsync<JobWorker>();
        var tenant = await database.AddTenantAsync();
        await database.ExecuteAsync("INSERT INTO jobs (id, organization_id, queue, kind, args) VALUES (gen_random_uuid(), @OrganizationId, 'analysis', 'test', '{\"text\": \"\"}')", new { tenant.OrganizationId });
        await database.WaitUntilAsync("state = 'completed' FROM jobs");
    }

    [Fact]
    public async Task A_wake_up_while_every_slot_is_taken_is_not_lost()
    {
        await using var worker = new JobProcess(database, settings: [("Jobs:Poll", "00:01:00"), ("AnalysisQueue:Concurrency", "1")]);
        await worker.StartAsync<JobWorker>();
        var tenant = await database.AddTenantAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => worker.EnqueueAsync(tenant)));
        await database.WaitUntilAsync("count(*) = 20 FROM jobs WHERE state = 'completed'");
    }

    [Fact]
    public async Task A_listener_whose_connection_is_cut_connects_again_and_looks_at_everything()
    {
        await using var process = new JobProcess(database);
        var woken = new ConcurrentQueue<string?>();
        process.Get<JobSignals>().Woken += woken.Enqueue;
        var listener = process.Get<JobListener>();
        await process.StartAsync<JobListener>();
        await listener.FirstConnected.Task;
        await database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%autodevops_echo%' AND pid <> pg_backend_pid()");
        while (listener.Connections < 2 || woken.Count(queue => queue is null) < 2)
        {
            Stop.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_listener_that_is_told_nothing_notices_within_a_round_and_says_why()
    {
        await using var relay = new PostgresRelay(database.ConnectionString) { KeepsNotifications = true };
        var time = new FakeTimeProvider();
        await using var process = new JobProcess(database, new JobProcess.Surroundings(relay.ConnectionString, time));
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
        await database.ExecuteAsync("SELECT pg_notify('autodevops_wake', 'sync')");
        await woken.Task;
    }

    [Fact]
    public async Task Signals_of_another_process_arrive_as_they_were_meant()
    {
        await using var process = new JobProcess(database);
        await using var other = new JobProcess(database);
        var heard = new ConcurrentDictionary<string, TaskCompletionSource>();
        var (job, organization) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        void Expect(string what) => heard[what] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hear(string what)
        {
            if (heard.TryGetValue(what, out var expected))
            {
                expected.TrySetResult();
            }
        }

        Expect("sync");
        Expect($"{job}");
        Expect($"{new EventNotice(organization, job)}");
        process.Get<JobSignals>().Woken += queue => Hear($"{queue}");
        process.Get<JobSignals>().CancelRequested += id => Hear($"{id}");
        process.Get<JobSignals>().EventsAdded += id => Hear($"{id}");
        await process.StartAsync<JobListener>();
        await process.Get<JobListener>().FirstConnected.Task;
        await other.StartAsync<JobNotifier>();
        other.Get<JobNotifier>().Wake("sync");
        other.Get<JobNotifier>().RequestCancel(job);
        other.Get<JobNotifier>().AnnounceEvents(organization, job);
        await Task.WhenAll(heard.Values.Select(expected => expected.Task));
    }
}
