using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Installations;

/// <summary>Has GitHub asked about every installation of the App once a day, whatever events told or did not tell.</summary>
/// <remarks>As <see cref="Repositories.DailySync"/> does it for repositories.</remarks>
internal sealed class InstallationLooks(
    Db db, ProcessIdentity process, QueueCatalog queues, JobNotifier notifier, IOptions<GitHubOptions> options, TimeProvider time, ILogger<InstallationLooks> logger)
    : BackgroundService
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
                var queue = queues[LookAtInstallation.Args.Queue];
                var made = (await Dapper.SqlMapper.QueryAsync<(Guid Organization, Guid Job)>(connection, Sql.Queue, new
                {
                    limit = Batch,
                    every = Every,
                    queue = LookAtInstallation.Args.Queue,
                    kind = LookAtInstallation.Args.Kind,
                    priority = queue.Priority,
                    maxAttempts = queue.MaxAttempts,
                })).ToList();
                Db.AfterCommit(connection, () => made.ForEach(job => notifier.AnnounceJob(LookAtInstallation.Args.Queue, job.Organization, job.Job)));
                return made.Count;
            },
            cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => !options.Value.HasApp
        ? Task.CompletedTask
        : Repeatedly.RunAsync(
            time, Look, atOnce: false,
            async stop =>
            {
                while (await TickAsync(stop) == Batch)
                {
                    // There are more.
                }
            },
            exception => logger.LogWarning(exception, "Could not look for installations that GitHub is to be asked about."), stoppingToken);

    private static class Sql
    {
        public const string Queue =
            "SELECT organization_id, job_id FROM app.queue_due_installations(@limit, @every::interval, @queue, @kind, @priority::smallint, @maxAttempts::smallint)";
    }
}
