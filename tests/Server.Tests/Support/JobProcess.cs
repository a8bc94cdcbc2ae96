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
        : this(database, handle, null, settings)
    {
    }

    /// <summary>With handlers of the product.</summary>
    public JobProcess(JobDatabase database, Action<IServiceCollection> configure)
        : this(database, null, configure, [])
    {
    }

    private JobProcess(
        JobDatabase database, Func<Job<TestJob.Args>, CancellationToken, Task<JobOutcome>>? handle, Action<IServiceCollection>? configure,
        (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["AutoDevOps:Jobs:Jitter"] = "0" };
        foreach (var (key, value) in settings)
        {
            values[$"AutoDevOps:{key}"] = value;
        }

        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddCheckedOptions(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => database.ConnectApp());
        services.AddSingleton<Db>();
        services.AddJobs();
        services.AddJobWorker();
        services.AddSingleton(new TestJob.Script(handle ?? ((_, _) => Task.FromResult(JobOutcome.Completed))));
        services.AddJobHandler<TestJob, TestJob.Args>();
        services.AddJobHandler<TestSync, TestSync.Args>();
        configure?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

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

    public Task<int> RunOnceAsync() => Worker.RunOnceAsync(CancellationToken.None);

    public async Task<IReadOnlyList<ClaimedJob>> ClaimAsync(int slots, int cap = 100) => (await Protocol.ClaimAsync(
        QueueNames.Analysis, [TestJob.Args.Kind], slots, new AnalysisQueueOptions { PerOrganization = cap }, TimeSpan.FromSeconds(15), CancellationToken.None)).Taken;

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
