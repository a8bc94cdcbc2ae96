using StackExchange.Redis;

namespace AutoDevOps.Server.Jobs;

/// <summary>The services of this folder.</summary>
internal static class JobsSetup
{
    /// <summary>For every process: enqueueing, signals, streams.</summary>
    /// <param name="redis">What carries signals between processes; null: PostgreSQL.</param>
    public static void AddJobs(this IServiceCollection services, ConfigurationOptions? redis = null)
    {
        if (redis is null)
        {
            services.AddSingleton<ISignalCarrier, PostgresSignals>();
        }
        else
        {
            services.AddSingleton<ISignalCarrier>(provider => new RedisSignals(redis, provider.GetRequiredService<TimeProvider>()));
        }

        services.AddSingleton(new ProcessIdentity(Guid.CreateVersion7()));
        services.AddSingleton<QueueCatalog>();
        services.AddSingleton<JobSignals>();
        services.AddSingleton<JobNotifier>();
        services.AddSingleton<JobListener>();
        services.AddSingleton<JobQueue>();
        services.AddSingleton<CarrierWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<JobNotifier>());
        services.AddHostedService(provider => provider.GetRequiredService<JobListener>());
        services.AddHostedService(provider => provider.GetRequiredService<CarrierWatch>());
    }

    /// <summary>For a process that runs jobs.</summary>
    public static void AddJobWorker(this IServiceCollection services)
    {
        services.AddSingleton<DueJobs>();
        services.AddSingleton<JobRegistry>();
        services.AddSingleton<JobProtocol>();
        services.AddSingleton<RunningJobs>();
        services.AddSingleton<Heartbeat>();
        services.AddSingleton<JobExecutor>();
        services.AddSingleton<JobWorker>();
        services.AddSingleton<JobSweeper>();
        services.AddSingleton<Scheduler>();
        services.AddSingleton<VacuumWatch>();
        // Stopped in the opposite order: leases are kept while the worker drains.
        services.AddHostedService(provider => provider.GetRequiredService<Heartbeat>());
        services.AddHostedService(provider => provider.GetRequiredService<JobSweeper>());
        services.AddHostedService(provider => provider.GetRequiredService<Scheduler>());
        services.AddHostedService(provider => provider.GetRequiredService<VacuumWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<JobWorker>());
    }
}
