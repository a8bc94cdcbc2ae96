using System.Diagnostics.CodeAnalysis;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using Dapper;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Has every webhook compared with what GitHub delivered, each hour and after a start: by a job for each repository's hook, and here for the
/// App's, which belongs to no organization.</summary>
internal sealed class DeliveryReconciler(
    Db db, ProcessIdentity process, QueueCatalog queues, JobNotifier notifier, GitHubApp app, MissingDeliveries missing, IOptions<GitHubOptions> options, TimeProvider time,
    ILogger<DeliveryReconciler> logger) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    // Other processes look as well; and one that starts looks at once, as it may have been away.
    private static readonly TimeSpan Since = TimeSpan.FromMinutes(55);
    private static readonly TimeSpan SinceAtStart = TimeSpan.FromMinutes(5);

    /// <summary>Makes the jobs for hooks that were not compared for this long: one for each, however many processes look.</summary>
    /// <returns>How many were made.</returns>
    public async Task<int> TickAsync(TimeSpan since, CancellationToken cancellationToken)
    {
        var queue = queues[ReconcileWebhook.Args.Queue];
        var made = 0;
        IReadOnlyList<Made> batch;
        do
        {
            batch = await db.QueryAsync<Made>(
                process.Caller,
                Sql.Tick,
                new { since, limit = Batch, queue = ReconcileWebhook.Args.Queue, kind = ReconcileWebhook.Args.Kind, priority = queue.Priority, maxAttempts = queue.MaxAttempts },
                cancellationToken);
            foreach (var job in batch)
            {
                notifier.AnnounceJob(ReconcileWebhook.Args.Queue, job.OrganizationId, job.JobId);
            }

            made += batch.Count;
        }
        while (batch.Count == Batch);
        return made;
    }

    /// <summary>Asks GitHub for what the App missed.</summary>
    /// <returns>How many it was asked for; null: another process does it at the moment.</returns>
    /// <exception cref="GitHubException">GitHub did not answer.</exception>
    public Task<int?> ReconcileAppAsync(CancellationToken cancellationToken) => db.InTransactionAsync<int?>(
        process.Caller,
        // The lock ends with the transaction, which holds nothing else.
        async connection => await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Sql.Lock, cancellationToken: cancellationToken))
            ? await missing.AskAgainAsync(
                process.Caller, app.Token(), "app/hook/deliveries", cancellationToken)
            : null,
        cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            var since = SinceAtStart;
            do
            {
                await TryAsync(() => TickAsync(since, stoppingToken), stoppingToken);
                if (options.Value is { HasApp: true })
                {
                    await TryAsync(() => ReconcileAppAsync(stoppingToken), stoppingToken);
                }

                since = Since;
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped: the host would take it for a failure when it is disposed without being stopped first.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A background loop: it goes on when the database and GitHub are back.")]
    private async Task TryAsync(Func<Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "Could not look for deliveries of GitHub that did not arrive. It is tried again in an hour.");
        }
    }

    private sealed record Made(Guid OrganizationId, Guid JobId);

    private static class Sql
    {
        public const string Tick = """
            SELECT organization_id AS "OrganizationId", job_id AS "JobId"
            FROM app.reconcile_webhooks(@since::interval, @limit::integer, @queue, @kind, @priority::smallint, @maxAttempts::smallint)
            """;

        public const string Lock = "SELECT pg_try_advisory_xact_lock(hashtextextended('deliveries of the GitHub App', 0))";
    }
}
