using AutoDevOps.Server.Data;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>What a worker process is made of, with a handler that does what the test says.</summary>
internal sealed class JobProcess : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _started = [];

    public JobProcess(
        JobDatabase database, Func<Job<TestJob.Args>, CancellationToken, Task<JobOutcome>>? handle = null, params (string Key, string Value)[] settings)
        : this(database, new Surroundings(), null, handle, settings)
    {
    }

    public JobProcess(
        JobDatabase database, Surroundings surroundings, Func<Job<TestJob.Args>, CancellationToken, Task<JobOutcome>>? handle = null,
        params (string Key, string Value)[] settings)
        : this(database, surroundings, null, handle, settings)
    {
    }

    /// <summary>With handlers of the product.</summary>
    public JobProcess(JobDatabase database, Action<IServiceCollection> configure)
        : this(database, new Surroundings(), configure, null, [])
    {
    }

    private JobProcess(
        JobDatabase database, Surroundings surroundings, Action<IServiceCollection>? configure,
        Func<Job<TestJob.Args>, CancellationToken, Task<JobOutcome>>? handle, (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["AutoDevOps:Jobs:Jitter"] = "0", ["ConnectionStrings:Redis"] = surroundings.Redis };
        foreach (var (key, value) in settings)
        {
            values[$"AutoDevOps:{key}"] = value;
        }

        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(surroundings.Logs is null ? LogLevel.None : LogLevel.Debug));
        if (surroundings.Logs is { } logs)
        {
            services.AddSingleton<ILoggerProvider>(logs);
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        services.AddCheckedOptions(configuration);
        services.AddSingleton(surroundings.Time ?? TimeProvider.System);
        services.AddSingleton(_ => database.ConnectApp(surroundings.ConnectionString));
        if (surroundings.ConnectionString is null && database.DirectConnectionString != database.ConnectionString)
        {
            services.AddKeyedSingleton(Db.DirectKey, (_, _) => database.ConnectApp(database.DirectConnectionString));
        }

        services.AddSingleton<Db>();
        services.AddJobs(Configuration.Redis(configuration));
        services.AddJobWorker();
        services.AddSingleton(new TestJob.Script(handle ?? ((_, _) => Task.FromResult(JobOutcome.Completed))));
        services.AddJobHandler<TestJob, TestJob.Args>();
        services.AddJobHandler<TestSync, TestSync.Args>();
        configure?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    /// <param name="ConnectionString">Instead of the database's own.</param>
    /// <param name="Redis">What carries signals; null: PostgreSQL.</param>
    internal sealed record Surroundings(string? ConnectionString = null, TimeProvider? Time = null, string? Redis = null, RecordedLogs? Logs = null);

    public Guid Id => Get<ProcessIdentity>().Id;

    public Db Db => Get<Db>();

    public JobWorker Worker => Get<JobWorker>();

    public JobProtocol Protocol => Get<JobProtocol>();

    public RunningJobs Running => Get<RunningJobs>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<Guid> EnqueueAsync(Tenant tenant, string text = "", string? dedupeKey = null) =>
        await Db.InTransactionAsync(
            tenant.Caller,
            connection => Get<JobQueue>().EnqueueAsync(connection, tenant.OrganizationId, new TestJob.Args(text), dedupeKey),
            CancellationToken.None) ?? Guid.Empty;

    /// <summary>Claims one job and says that this process runs it, without a handler.</summary>
    public async Task<(ClaimedJob Job, RunningJob Running)> TakeAsync()
    {
        var time = Get<TimeProvider>();
        var sent = time.GetTimestamp();
        var job = Assert.Single(await ClaimAsync(1));
        var running = new RunningJob(job.Id, job.Fence, sent);
        Running.Add(running);
        return (job, running);
    }

    /// <summary>As a person would.</summary>
    /// <returns>What came of it.</returns>
    public async Task<string> CancelAsync(Tenant tenant, Guid job)
    {
        var outcome = (await Db.QueryAsync<string>(tenant.Caller, "SELECT outcome FROM app.cancel_job(@job)", new { job }, CancellationToken.None)).Single();
        if (outcome == "requested")
        {
            Get<JobNotifier>().RequestCancel(job);
        }

        return outcome;
    }

    public Task<int> RunOnceAsync() => Worker.RunOnceAsync(CancellationToken.None);

    public async Task<IReadOnlyList<ClaimedJob>> ClaimAsync(int slots, int cap = 100) =>
        (await Protocol.ClaimAsync(QueueNames.Analysis, TestJob.Args.Kind, slots, new AnalysisQueueOptions { PerOrganization = cap })).Taken;

    public async Task StartAsync<T>()
        where T : IHostedService
    {
        var service = Get<T>();
        _started.Add(service);
        await service.StartAsync(CancellationToken.None);
    }

    public async Task StopAsync()
    {
        foreach (var service in Enumerable.Reverse(_started))
        {
            await service.StopAsync(CancellationToken.None);
        }

        _started.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
    }
}

internal static class JobProtocolShortcuts
{
    public static Task<Turn> ClaimAsync(this JobProtocol protocol, string queue, string kind, int slots, QueueOptions options) =>
        protocol.TakeTurnAsync(queue, [], [kind], slots, options, TimeSpan.FromSeconds(15), CancellationToken.None);

    /// <summary>Completes a job that has no results of its own, as a turn of its queue does.</summary>
    public static async Task<bool> CompleteAsync(this JobProtocol protocol, ClaimedJob job) =>
        (await protocol.TakeTurnAsync(
            QueueNames.Analysis, [new EndedJob(job.Id, job.Fence)], [], 0, new AnalysisQueueOptions(), TimeSpan.FromSeconds(15), CancellationToken.None))
        .Completed.Contains(job.Id);
}

internal sealed class TestJob(TestJob.Script script) : IJobHandler<TestJob.Args>
{
    internal sealed record Args(string Text) : IJobArgs
    {
        public static string Kind => "test";

        public static string Queue => QueueNames.Analysis;
    }

    internal sealed record Script(Func<Job<Args>, CancellationToken, Task<JobOutcome>> Handle);

    public Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken) => script.Handle(job, cancellationToken);
}

internal sealed class TestSync : IJobHandler<TestSync.Args>
{
    internal sealed record Args(string Text) : IJobArgs
    {
        public static string Kind => "test_sync";

        public static string Queue => QueueNames.Sync;
    }

    public Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken) => Task.FromResult(JobOutcome.Completed);
}
