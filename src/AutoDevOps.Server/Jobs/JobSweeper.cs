using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Jobs;

/// <summary>Starts again what dead workers left behind, and removes what ended long ago.</summary>
internal sealed class JobSweeper(JobProtocol protocol, JobNotifier notifier, IOptions<JobOptions> options, TimeProvider time, ILogger<JobSweeper> logger)
    : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);

    public async Task<IReadOnlyList<MovedJob>> RescueAsync(CancellationToken cancellationToken)
    {
        List<MovedJob> rescued = [];
        IReadOnlyList<MovedJob> batch;
        do
        {
            batch = await protocol.RescueAsync(Batch, cancellationToken);
            rescued.AddRange(batch);
            foreach (var job in batch)
            {
                logger.LogWarning("Job {Job} was rescued from a worker that stopped answering; it is {State} now.", job.Id, job.State);
                notifier.Announce(job);
            }
        }
        while (batch.Count == Batch);
        return rescued;
    }

    /// <returns>How many jobs were removed. Deliveries are kept as long.</returns>
    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        var pruned = await PruneAsync(protocol.PruneAsync, cancellationToken);
        await PruneAsync(protocol.PruneDeliveriesAsync, cancellationToken);
        return pruned;
    }

    // Side by side: however much there is to remove, the next look for dead workers comes when it should.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(options.Value.RescueEvery, RescueAsync, stoppingToken), RepeatAsync(PruneEvery, PruneAsync, stoppingToken));

    private async Task<int> PruneAsync(Func<TimeSpan, int, CancellationToken, Task<int>> prune, CancellationToken cancellationToken)
    {
        var pruned = 0;
        int batch;
        do
        {
            batch = await prune(TimeSpan.FromDays(options.Value.KeepDays), Batch, cancellationToken);
            pruned += batch;
        }
        while (batch == Batch);
        return pruned;
    }

    private Task RepeatAsync(TimeSpan period, Func<CancellationToken, Task> work, CancellationToken stoppingToken) => Repeatedly.RunAsync(
        time, period, atOnce: false, work, exception => logger.LogWarning(exception, "Could not look for jobs to rescue or to remove."), stoppingToken);
}
