using AutoDevOps.Server.Features.Installations;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Has GitHub asked about every connected repository and every installation of the App once a day, whatever events told or did not tell.</summary>
internal sealed class DailySync(DueJobs due, IOptions<GitHubOptions> options, TimeProvider time, ILogger<DailySync> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <summary>Looks once.</summary>
    /// <returns>How many jobs were made.</returns>
    public async Task<int> TickAsync(CancellationToken cancellationToken)
    {
        var made = await due.QueueAsync<SyncRepository.Args>(Sql.Repositories, Every, cancellationToken);
        return options.Value.HasApp ? made + await due.QueueAsync<SyncInstallation.Args>(Sql.Installations, Every, cancellationToken) : made;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Repeatedly.RunAsync(
        time, Look, atOnce: false, TickAsync,
        exception => logger.LogWarning(exception, "Could not look for repositories and installations that GitHub is to be asked about."), stoppingToken);

    private static class Sql
    {
        public const string Repositories =
            "SELECT organization_id, job_id FROM app.queue_due_syncs(@limit, @every::interval, @queue, @kind, @priority::smallint, @maxAttempts::smallint)";

        public const string Installations =
            "SELECT organization_id, job_id FROM app.queue_due_installations(@limit, @every::interval, @queue, @kind, @priority::smallint, @maxAttempts::smallint)";
    }
}
