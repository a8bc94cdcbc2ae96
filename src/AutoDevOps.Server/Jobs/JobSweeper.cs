using System.Diagnostics.CodeAnalysis;
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
        var rescued = await protocol.RescueAsync(Batch, cancellationToken);
        foreach (var job in rescued)
        {
            logger.LogWarning("Job {Job} was rescued from a worker that stopped answering; it is {State} now.", job.Id, job.State);
            notifier.Announce(job);
        }

        return rescued;
    }

    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        var pruned = 0;
        int batch;
        do
        {
            batch = await protocol.PruneAsync(TimeSpan.FromDays(options.Value.KeepDays), Batch, cancellationToken);
            pruned += batch;
        }
        while (batch == Batch);
        return pruned;
    }

    [SuppressMessage("Design", "CA1031", Justification = "A background loop: it goes on when the database is back.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pruned = time.GetTimestamp();
        using var timer = new PeriodicTimer(options.Value.RescueEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RescueAsync(stoppingToken);
                    if (time.GetElapsedTime(pruned) >= PruneEvery)
                    {
                        pruned = time.GetTimestamp();
                        await PruneAsync(stoppingToken);
                    }
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.LogWarning(exception, "Could not look for jobs to rescue or to remove.");
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped: the host would take it for a failure when it is disposed without being stopped first.
        }
    }
}
