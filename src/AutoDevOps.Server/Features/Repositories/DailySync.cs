using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Has GitHub asked about every connected repository once a day, whatever hooks told or did not tell.</summary>
/// <remarks>As schedules do (docs/decisions/0014): whoever looks first makes the jobs, in the transaction that moves the repositories on.</remarks>
internal sealed class DailySync(Db db, ProcessIdentity process, QueueCatalog queues, JobNotifier notifier, TimeProvider time, ILogger<DailySync> logger) : BackgroundService
{
    private const int Batch = 100;

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <summary>Looks once.</summary>
    /// <returns>How many jobs were made, at most 100.</returns>
    public Task<int> TickAsync(CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            process.Caller,
            async connection =>
            {
                var queue = queues[SyncRepository.Args.Queue];
                var made = (await Dapper.SqlMapper.QueryAsync<(Guid Organization, Guid Job)>(connection, Sql.Queue, new
                {
                    limit = Batch,
                    every = Every,
                    queue = SyncRepository.Args.Queue,
                    kind = SyncRepository.Args.Kind,
                    priority = queue.Priority,
                    maxAttempts = queue.MaxAttempts,
                })).ToList();
                Db.AfterCommit(connection, () => made.ForEach(job => notifier.AnnounceJob(SyncRepository.Args.Queue, job.Organization, job.Job)));
                return made.Count;
            },
            cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Repeatedly.RunAsync(
        time, Look, atOnce: false,
        async stop =>
        {
            while (await TickAsync(stop) == Batch)
            {
                // There are more.
            }
        },
        exception => logger.LogWarning(exception, "Could not look for repositories that GitHub is to be asked about."), stoppingToken);

    private static class Sql
    {
        public const string Queue =
            "SELECT organization_id, job_id FROM app.queue_due_syncs(@limit, @every::interval, @queue, @kind, @priority::smallint, @maxAttempts::smallint)";
    }
}
