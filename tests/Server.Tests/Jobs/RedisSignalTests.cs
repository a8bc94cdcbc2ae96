using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>Redis carries: PUBLISH and SUBSCRIBE.</summary>
public sealed class RedisSignalTests(JobDatabase database, RedisServer redis) : SignalTests(database), IClassFixture<JobDatabase>, IClassFixture<RedisServer>
{
    private readonly JobDatabase _database = database;

    protected override string? Redis => redis.ConnectionString;

    [Fact]
    public async Task Without_Redis_a_job_still_starts()
    {
        await using var process = Start(new JobProcess.Surroundings(Redis: "!/nowhere/redis.sock,connectTimeout=500"), ("Jobs:Poll", "00:00:00.1"));
        await process.StartAsync<JobNotifier>();
        await process.StartAsync<JobListener>();
        await process.StartAsync<JobWorker>();
        var id = await process.EnqueueAsync(await _database.AddTenantAsync());
        await _database.WaitUntilAsync("state = 'completed' FROM jobs WHERE id = @id", new { id });
    }

    [Fact]
    public async Task Where_one_process_uses_Redis_and_another_does_not_jobs_and_cancels_are_still_found()
    {
        var isRunning = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = new JobProcess(
            _database,
            new JobProcess.Surroundings(Redis: Redis),
            async (job, stop) =>
            {
                isRunning.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                return JobOutcome.Completed;
            },
            ("Jobs:Poll", "00:00:00.1"), ("Jobs:Lease", "00:00:03"), ("Jobs:Heartbeat", "00:00:01"));
        await using var api = Start(new JobProcess.Surroundings());
        await worker.StartAsync<JobListener>();
        await worker.StartAsync<Heartbeat>();
        await worker.StartAsync<JobWorker>();
        await api.StartAsync<JobNotifier>();
        var tenant = await _database.AddTenantAsync();
        var id = await api.EnqueueAsync(tenant);
        await isRunning.Task;
        Assert.Equal("requested", await api.CancelAsync(tenant, id));
        await _database.WaitUntilAsync("state = 'cancelled' FROM jobs WHERE id = @id", new { id });
    }

    [Fact]
    public async Task Where_one_process_uses_Redis_and_another_does_not_both_say_so_once_until_it_is_over()
    {
        var logs = new RecordedLogs();
        await using var worker = new JobProcess(_database, new JobProcess.Surroundings(Redis: Redis, Logs: logs));
        await using var api = new JobProcess(_database, new JobProcess.Surroundings());
        await worker.Get<CarrierWatch>().LookAsync(Stop);
        Assert.Null(worker.Get<CarrierWatch>().Trouble);
        await api.StartAsync<CarrierWatch>();
        await _database.WaitUntilAsync("EXISTS (SELECT FROM nodes WHERE id = @Id AND signals = 'postgresql')", new { api.Id });
        await worker.Get<CarrierWatch>().LookAsync(Stop);
        await worker.Get<CarrierWatch>().LookAsync(Stop);
        await api.Get<CarrierWatch>().LookAsync(Stop);
        Assert.Contains("carried by redis here and by postgresql elsewhere", worker.Get<CarrierWatch>().Trouble, StringComparison.Ordinal);
        Assert.Contains("carried by postgresql here and by redis elsewhere", api.Get<CarrierWatch>().Trouble, StringComparison.Ordinal);
        Assert.Single(logs.Warnings, warning => warning.Contains("ConnectionStrings:Redis", StringComparison.Ordinal));

        await api.StopAsync();
        await worker.Get<CarrierWatch>().LookAsync(Stop);
        Assert.Null(worker.Get<CarrierWatch>().Trouble);
    }

    [Fact]
    public async Task A_process_that_uses_another_carrier_and_has_said_nothing_for_long_is_not_there_any_more()
    {
        await using var worker = new JobProcess(_database, new JobProcess.Surroundings(Redis: Redis));
        await _database.ExecuteAsync("INSERT INTO nodes (id, role, host, version, signals, seen_at) VALUES (gen_random_uuid(), 'serve', 'gone', '1', 'postgresql', now() - interval '1 minute')");
        await worker.Get<CarrierWatch>().LookAsync(Stop);
        Assert.Null(worker.Get<CarrierWatch>().Trouble);
    }

    [Fact]
    public async Task What_anybody_else_writes_into_the_channels_harms_nobody()
    {
        var logs = new RecordedLogs();
        await using var worker = Start(new JobProcess.Surroundings(Redis: Redis, Logs: logs), ("Jobs:Poll", "00:01:00"));
        await using var api = Start();
        await worker.StartAsync<JobListener>();
        await worker.StartAsync<Heartbeat>();
        await worker.StartAsync<JobWorker>();
        await worker.Get<JobListener>().FirstConnected.Task;
        await using (var stranger = await ConnectionMultiplexer.ConnectAsync(Redis!))
        {
            foreach (var channel in Signal.Channels)
            {
                foreach (var message in (byte[][])[[], [0xff, 0xfe, 0x00], new byte[1_000_000], "nosuch"u8.ToArray()])
                {
                    await stranger.GetSubscriber().PublishAsync(RedisChannel.Literal(channel), message);
                }
            }
        }

        await api.StartAsync<JobNotifier>();
        var id = await api.EnqueueAsync(await _database.AddTenantAsync());
        await _database.WaitUntilAsync("state = 'completed' FROM jobs WHERE id = @id", new { id });
        Assert.Equal(1, worker.Get<JobListener>().Connections);
        Assert.Empty(logs.Warnings);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_Redis_that_hangs_without_a_word_is_noticed_and_used_again_when_it_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A process is stopped as Linux does it.");
        var (time, logs) = (new FakeTimeProvider(), new RecordedLogs());
        await using var process = Start(new JobProcess.Surroundings(Time: time, Redis: Redis, Logs: logs));
        var listener = process.Get<JobListener>();
        await process.StartAsync<JobListener>();
        await listener.FirstConnected.Task;
        redis.Freeze();
        try
        {
            await UntilAsync(() => logs.Warnings.Count > 0, time);
        }
        finally
        {
            redis.Thaw();
        }

        await UntilAsync(() => listener.Connections > 1, time);
    }

    [Fact]
    public async Task An_open_page_hears_through_Redis_of_a_job_that_another_process_enqueued()
    {
        await using var server = await TestServerHost.StartAsync(_database.ConnectionString, ("ConnectionStrings:Redis", Redis));
        await using var api = Start();
        await api.StartAsync<JobNotifier>();
        var tenant = await _database.AddTenantAsync();
        using var client = await server.SignInAsync(tenant.UserId);
        await server.Services.GetRequiredService<JobListener>().FirstConnected.Task;
        await using var stream = await SseClient.OpenAsync(client, "/api/v1/events");
        // The server's own clock stands still: without a signal nothing would come.
        var job = await api.EnqueueAsync(tenant);
        Assert.Equal(job, (await stream.NextAsync())!.JobId);
    }

    [Fact]
    public async Task Installations_that_share_a_Redis_do_not_hear_each_other_when_each_has_its_prefix()
    {
        await using var speaker = Start(new JobProcess.Surroundings(Redis: $"{Redis},channelPrefix=one."));
        await using var other = Start(new JobProcess.Surroundings(Redis: $"{Redis},channelPrefix=one."));
        await using var stranger = Start(new JobProcess.Surroundings(Redis: $"{Redis},channelPrefix=two."));
        var (heard, overheard) = (new TaskCompletionSource(), new List<string?>());
        other.Get<JobSignals>().Woken += queue => _ = queue == "analysis" && heard.TrySetResult();
        foreach (var process in (JobProcess[])[stranger, other])
        {
            await process.StartAsync<JobListener>();
            await process.Get<JobListener>().FirstConnected.Task;
        }

        stranger.Get<JobSignals>().Woken += overheard.Add;
        await speaker.StartAsync<JobNotifier>();
        speaker.Get<JobNotifier>().Wake("analysis");
        await heard.Task;
        Assert.Empty(overheard);
    }

    [Fact]
    public async Task A_password_that_Redis_refuses_is_in_no_log_and_the_right_one_is_taken()
    {
        await using var guarded = new RedisServer();
        await guarded.StartAsync("--requirepass", "right-secret");
        var logs = new RecordedLogs();
        await using var wrong = Start(new JobProcess.Surroundings(Redis: $"{guarded.ConnectionString},password=wrong-secret", Logs: logs));
        await using var right = Start(new JobProcess.Surroundings(Redis: $"{guarded.ConnectionString},password=right-secret", Logs: logs));
        await wrong.StartAsync<JobListener>();
        await wrong.StartAsync<JobNotifier>();
        wrong.Get<JobNotifier>().Wake("analysis");
        await right.StartAsync<JobListener>();
        await right.Get<JobListener>().FirstConnected.Task;
        await UntilAsync(() => logs.Warnings.Count > 1);
        Assert.DoesNotContain(logs.Lines, line => line.Contains("secret", StringComparison.Ordinal));
        Assert.Equal(0, wrong.Get<JobListener>().Connections);
    }

    protected override Task TakeCarrierAwayAsync() => redis.KillAsync();

    protected override Task BringCarrierBackAsync() => redis.StartAsync();
}
