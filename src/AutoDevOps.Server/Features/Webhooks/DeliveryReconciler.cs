using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using Dapper;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Has every webhook compared with what GitHub delivered, each hour and after a start: by a job for each repository's hook, and here for the
/// App's, which belongs to no organization.</summary>
internal sealed class DeliveryReconciler(
    Db db, ProcessIdentity process, DueJobs due, GitHubApp app, MissingDeliveries missing, IOptions<GitHubOptions> options, TimeProvider time, ILogger<DeliveryReconciler> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    // Other processes look as well; and one that starts looks at once, as it may have been away.
    private static readonly TimeSpan Since = TimeSpan.FromMinutes(55);
    private static readonly TimeSpan SinceAtStart = TimeSpan.FromMinutes(5);

    // Of the App's deliveries before that, nothing was missing when this process looked. After a start it looks at all that GitHub keeps.
    private DateTimeOffset? _seenUntil;

    /// <summary>Makes the jobs for hooks that were not compared for this long: one for each, however many processes look.</summary>
    /// <returns>How many were made.</returns>
    public Task<int> TickAsync(TimeSpan since, CancellationToken cancellationToken) => due.QueueAsync<ReconcileWebhook.Args>(Sql.Tick, since, cancellationToken);

    /// <summary>Asks GitHub for what the App missed.</summary>
    /// <returns>How many it was asked for; null: another process does it at the moment.</returns>
    /// <exception cref="GitHubException">GitHub did not answer.</exception>
    public Task<int?> ReconcileAppAsync(CancellationToken cancellationToken) => db.InTransactionAsync<int?>(
        process.Caller,
        // The lock ends with the transaction, which holds nothing else.
        async connection =>
        {
            if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Sql.Lock, cancellationToken: cancellationToken)))
            {
                return null;
            }

            (var asked, _seenUntil) = await missing.AskAgainAsync(process.Caller, app.Token(), "app/hook/deliveries", _seenUntil, cancellationToken);
            return asked;
        },
        cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var since = SinceAtStart;
        return Task.WhenAll(
            Repeatedly.RunAsync(
                time, Period, atOnce: true,
                async stop =>
                {
                    await TickAsync(since, stop);
                    since = Since;
                },
                Tell, stoppingToken),
            options.Value.HasApp ? Repeatedly.RunAsync(time, Period, atOnce: true, ReconcileAppAsync, Tell, stoppingToken) : Task.CompletedTask);

        void Tell(Exception exception) => logger.LogWarning(exception, "Could not look for deliveries of GitHub that did not arrive. It is tried again in an hour.");
    }

    private static class Sql
    {
        public const string Tick =
            "SELECT organization_id, job_id FROM app.reconcile_webhooks(@every::interval, @limit, @queue, @kind, @priority::smallint, @maxAttempts::smallint)";

        public const string Lock = "SELECT pg_try_advisory_xact_lock(hashtextextended('deliveries of the GitHub App', 0))";
    }
}
