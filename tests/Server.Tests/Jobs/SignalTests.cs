using System.Collections.Concurrent;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>How processes hear of each other's doings, whatever carries it; and that a job is found when they do not.</summary>
public abstract class SignalTests(JobDatabase database) : IAsyncLifetime
{
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Null: PostgreSQL carries.</summary>
    protected abstract string? Redis { get; }

    public ValueTask InitializeAsync() => new(database.ClearAsync());

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_thousand_hints_become_a_few_signals_and_the_last_is_among_them()
    {
        await using var process = Start();
        await using var other = Start();
        var heard = new ConcurrentQueue<string?>();
        var last = new EventNotice(Guid.CreateVersion7(), Guid.CreateVersion7());
        var isLastHeard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Get<JobSignals>().Woken += heard.Enqueue;
        other.Get<JobSignals>().EventsAdded += notice => _ = notice == last && isLastHeard.TrySetResult();
        await other.StartAsync<JobListener>();
        await other.Get<JobListener>().FirstConnected.Task;
        await process.StartAsync<JobNotifier>();
        for (var i = 0; i < 1000; i++)
        {
            process.Get<JobNotifier>().Wake("analysis");
        }

        process.Get<JobNotifier>().AnnounceEvents(last.OrganizationId, last.JobId);
        await isLastHeard.Task;
        // Of one batch they come in any order.
        await UntilAsync(() => heard.Contains("analysis"));
        Assert.InRange(heard.Count(queue => queue == "analysis"), 1, 50);
    }

    [Fact]
    public async Task A_worker_starts_at_once_what_another_process_enqueued()
    {
        await using var worker = Start(("Jobs:Poll", "00:01:00"));
        await using var api = Start();
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
        await using var worker = Start(("Jobs:Poll", "00:00:00.1"));
        await worker.StartAsync<JobWorker>();
        var tenant = await database.AddTenantAsync();
        await database.ExecuteAsync("INSERT INTO jobs (id, organization_id, queue, kind, args) VALUES (gen_random_uuid(), @OrganizationId, 'analysis', 'test', '{\"text\": \"\"}')", new { tenant.OrganizationId });
        await database.WaitUntilAsync("state = 'completed' FROM jobs");
    }

    [Fact]
    public async Task A_wake_up_while_every_slot_is_taken_is_not_lost()
    {
        await using var worker = Start(("Jobs:Poll", "00:01:00"), ("AnalysisQueue:Concurrency", "1"));
        await worker.StartAsync<JobWorker>();
        var tenant = await database.AddTenantAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => worker.EnqueueAsync(tenant)));
        await database.WaitUntilAsync("count(*) = 20 FROM jobs WHERE state = 'completed'");
    }

    [Fact]
    public async Task Signals_of_another_process_arrive_as_they_were_meant()
    {
        await using var process = Start();
        await using var other = Start();
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

    [Fact]
    public async Task A_listener_whose_connection_is_cut_connects_again_and_looks_at_everything()
    {
        await using var process = Start();
        var woken = new ConcurrentQueue<string?>();
        process.Get<JobSignals>().Woken += woken.Enqueue;
        await process.StartAsync<JobListener>();
        await process.Get<JobListener>().FirstConnected.Task;
        await TakeCarrierAwayAsync();
        await BringCarrierBackAsync();
        await UntilAsync(() => process.Get<JobListener>().Connections > 1 && woken.Count(queue => queue is null) > 1);
    }

    [Fact]
    public async Task What_could_not_be_told_while_the_carrier_was_away_is_told_when_it_is_back()
    {
        var (time, logs) = (new FakeTimeProvider(), new RecordedLogs());
        await using var watcher = Start();
        await using var speaker = Start(new JobProcess.Surroundings(Time: time, Redis: Redis, Logs: logs));
        var notice = new EventNotice(Guid.CreateVersion7(), Guid.CreateVersion7());
        var isTold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Get<JobSignals>().EventsAdded += told => _ = told == notice && isTold.TrySetResult();
        await watcher.StartAsync<JobListener>();
        await watcher.Get<JobListener>().FirstConnected.Task;
        await speaker.StartAsync<JobNotifier>();
        await TakeCarrierAwayAsync();
        speaker.Get<JobNotifier>().AnnounceEvents(notice.OrganizationId, notice.JobId);
        await UntilAsync(() => logs.Lines.Count(line => line.StartsWith("Could not tell", StringComparison.Ordinal)) > 2, time);
        await BringCarrierBackAsync();
        await UntilAsync(() => watcher.Get<JobListener>().Connections > 1);
        await UntilAsync(() => isTold.Task.IsCompleted, time);
        await UntilAsync(() => logs.Lines.Any(line => line.StartsWith("The other processes are told", StringComparison.Ordinal)), time);
        // However often it was tried.
        Assert.Single(logs.Warnings);
    }

    [Fact]
    public async Task An_outage_of_the_carrier_is_told_once_and_its_end_too()
    {
        var (time, logs) = (new FakeTimeProvider(), new RecordedLogs());
        await using var process = Start(new JobProcess.Surroundings(Time: time, Redis: Redis, Logs: logs));
        await process.StartAsync<JobListener>();
        await process.Get<JobListener>().FirstConnected.Task;
        await TakeCarrierAwayAsync();
        await UntilAsync(() => logs.Lines.Count(line => line.Contains("listens for jobs broke", StringComparison.Ordinal)) > 3, time);
        await BringCarrierBackAsync();
        await UntilAsync(() => logs.Lines.Any(line => line.Contains("stands again", StringComparison.Ordinal)), time);
        Assert.Single(logs.Warnings);
    }

    [Fact]
    public async Task What_waits_to_be_told_is_bounded_and_then_means_everything()
    {
        var time = new FakeTimeProvider();
        await using var watcher = Start();
        await using var speaker = Start(new JobProcess.Surroundings(Time: time, Redis: Redis));
        var isTold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await watcher.StartAsync<JobListener>();
        await watcher.Get<JobListener>().FirstConnected.Task;
        // Connecting says so too.
        watcher.Get<JobSignals>().EventsAdded += notice => _ = notice is null && isTold.TrySetResult();
        for (var i = 0; i < JobNotifier.MaxPending + 1000; i++)
        {
            speaker.Get<JobNotifier>().AnnounceEvents(Guid.CreateVersion7(), Guid.CreateVersion7());
        }

        Assert.Equal(JobNotifier.MaxPending + 1, speaker.Get<JobNotifier>().Pending);
        await speaker.StartAsync<JobNotifier>();
        await isTold.Task;
    }

    protected abstract Task TakeCarrierAwayAsync();

    protected abstract Task BringCarrierBackAsync();

    private protected JobProcess Start(params (string Key, string Value)[] settings) => Start(new JobProcess.Surroundings(Redis: Redis), settings);

    private protected JobProcess Start(JobProcess.Surroundings surroundings, params (string Key, string Value)[] settings) =>
        new(database, surroundings, null, settings);

    /// <summary>Asks until it is so; the test's own limit ends the wait.</summary>
    /// <param name="time">Goes on while it is waited, not much faster than the carrier.</param>
    private protected async Task UntilAsync(Func<bool> condition, FakeTimeProvider? time = null)
    {
        while (!condition())
        {
            Stop.ThrowIfCancellationRequested();
            time?.Advance(TimeSpan.FromMilliseconds(20));
            await database.SingleAsync<int>("SELECT 1");
        }
    }
}
