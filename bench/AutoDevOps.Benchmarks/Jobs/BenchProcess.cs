using System.Globalization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoDevOps.Benchmarks.Jobs;

/// <summary>What a process of ours is made of.</summary>
internal sealed class BenchProcess : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _started = [];

    public BenchProcess(string database, int concurrency, Func<Job<Noop.Args>, CancellationToken, Task<JobOutcome>> handle)
        : this(database, Settings(concurrency), concurrency > 0, services =>
        {
            services.AddSingleton(new Noop.Script(handle));
            services.AddJobHandler<Noop, Noop.Args>();
        })
    {
    }

    /// <param name="settings">By their whole names.</param>
    /// <param name="configure">Adds the handlers, and may replace what is there.</param>
    public BenchProcess(string database, IReadOnlyDictionary<string, string?> settings, bool isWorker, Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning));
        services.AddCheckedOptions(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => NpgsqlDataSource.Create(database));
        services.AddSingleton<Db>();
        services.AddJobs();
        if (isWorker)
        {
            services.AddJobWorker();
        }

        configure(services);
        _services = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _services;

    public async Task StartAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            _started.Add(service);
            await service.StartAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_started))
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }

    private static Dictionary<string, string?> Settings(int concurrency) => new(StringComparer.Ordinal)
    {
        ["AutoDevOps:AnalysisQueue:Concurrency"] = Math.Max(1, concurrency).ToString(CultureInfo.InvariantCulture),
        ["AutoDevOps:AnalysisQueue:PerOrganization"] = "10000",
    };
}

internal sealed class Noop(Noop.Script script) : IJobHandler<Noop.Args>
{
    internal sealed record Args(long Asked) : IJobArgs
    {
        public static string Kind => "noop";

        public static string Queue => QueueNames.Analysis;
    }

    internal sealed record Script(Func<Job<Args>, CancellationToken, Task<JobOutcome>> Handle);

    public Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken) => script.Handle(job, cancellationToken);
}
