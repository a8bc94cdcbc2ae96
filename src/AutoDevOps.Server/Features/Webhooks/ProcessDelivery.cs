using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Webhooks.Events;
using AutoDevOps.Server.Jobs;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Does what follows from a delivery for one organization, and writes what that was. The effect, the words and the job's end commit together.</summary>
internal sealed class ProcessDelivery(Db db, JobQueue jobs) : IJobHandler<ProcessDelivery.Args>
{
    private static readonly TimeSpan UntilThereIsRoom = TimeSpan.FromMinutes(1);

    /// <param name="DeliveryId">As <c>app.accept_delivery</c> writes it.</param>
    public sealed record Args(Guid DeliveryId) : IJobArgs
    {
        public static string Kind => "process_delivery";

        public static string Queue => QueueNames.Sync;
    }

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var row = (await db.QueryAsync<Row>(job.Caller, Sql.Find, new { job.Args.DeliveryId }, cancellationToken)).SingleOrDefault();
        if (row is null)
        {
            return JobOutcome.Cancel("The delivery was removed: it is too old.");
        }

        var follows = DeliveryEvents.Find(row.Event);
        if (follows is { StartsAnalyses: true })
        {
            try
            {
                await db.InTransactionAsync(
                    job.Caller, connection => jobs.EnsureRoomAsync(connection, job.OrganizationId, QueueNames.Analysis), cancellationToken);
            }
            catch (BacklogFullException full)
            {
                return JobOutcome.Snooze(UntilThereIsRoom, full.Message);
            }
        }

        return JobOutcome.CompletedWith(connection => ApplyAsync(connection, job, row, follows));
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Job<Args> job, Row row, IDeliveryEvent? follows)
    {
        using var document = DeliveryPayload.Parse(row.Payload);
        var delivery = new Delivery(
            job.OrganizationId, row.Event, row.Action, row.ReceivedAt, row.WebhookId, row.RepositoryId, row.IsDisconnected, new DeliveryPayload(document.RootElement), jobs);
        var outcome = follows is null ? $"Not handled: nothing follows here from the event {row.Event}." : await follows.ApplyAsync(connection, delivery);
        await connection.ExecuteAsync(Sql.Note, new { job.Args.DeliveryId, outcome });
    }

    private sealed record Row(string Event, string? Action, byte[] Payload, DateTime ReceivedAt, Guid? WebhookId, Guid? RepositoryId, bool IsDisconnected);

    private static class Sql
    {
        public const string Find = """
            SELECT delivery.event AS "Event", delivery.action AS "Action", delivery.payload AS "Payload", webhook_receipts.received_at AS "ReceivedAt", delivery.webhook_id AS "WebhookId",
                   repositories.id AS "RepositoryId", repositories.disconnected_at IS NOT NULL AS "IsDisconnected"
            FROM app.read_delivery(@DeliveryId::uuid) AS delivery
            JOIN webhook_receipts ON webhook_receipts.id = @DeliveryId::uuid
            LEFT JOIN repositories
              ON repositories.organization_id = webhook_receipts.organization_id AND repositories.id = webhook_receipts.repository_id
            """;

        public const string Note = "UPDATE webhook_receipts SET outcome = left(@outcome, 400) WHERE id = @DeliveryId::uuid";
    }
}
