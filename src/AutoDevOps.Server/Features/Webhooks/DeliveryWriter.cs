using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Stores deliveries with a job for each organization that they concern. What arrives together is stored together: a commit of each would
/// be most of what a delivery costs.</summary>
internal sealed class DeliveryWriter
{
    private const int Most = 64;
    private const int AtOnce = 2;

    private readonly Batches<Item, bool> _batches;
    private readonly Db _db;
    private readonly ProcessIdentity _process;
    private readonly QueueOptions _queue;
    private readonly JobNotifier _notifier;

    public DeliveryWriter(Db db, ProcessIdentity process, QueueCatalog queues, JobNotifier notifier)
    {
        (_db, _process, _queue, _notifier) = (db, process, queues[ProcessDelivery.Args.Queue], notifier);
        _batches = new(Most, AtOnce, WriteAsync);
    }

    /// <summary>Durable when this returns.</summary>
    /// <returns>False: it was here already, and nothing was done.</returns>
    public Task<bool> WriteAsync(Item item) => _batches.AddAsync(item);

    /// <summary>A person took back on GitHub what they had allowed: their token serves nobody any more.</summary>
    /// <param name="person">GitHub's id.</param>
    public Task RevokeAsync(long person, CancellationToken cancellationToken) => _db.QueryAsync<bool>(_process.Caller, Sql.Revoke, new { person }, cancellationToken);

    private async Task<IReadOnlyList<bool>> WriteAsync(IReadOnlyList<Item> items)
    {
        var rows = await _db.QueryAsync<Row>(
            _process.Caller,
            Sql.Accept,
            new
            {
                ids = items.Select(_ => Guid.CreateVersion7()).ToArray(),
                guids = items.Select(item => item.Guid).ToArray(),
                names = items.Select(item => item.Event).ToArray(),
                actions = items.Select(item => item.Content.Action).ToArray(),
                repositories = items.Select(item => item.Content.Repository).ToArray(),
                // A repository's own hook speaks of nothing else.
                installations = items.Select(item => item.Webhook is null ? item.Content.Installation : null).ToArray(),
                owners = items.Select(item => item.Webhook is null ? item.Content.Owner : null).ToArray(),
                webhooks = items.Select(item => item.Webhook).ToArray(),
                payloads = items.Select(item => item.Content.Payload).ToArray(),
                queue = ProcessDelivery.Args.Queue,
                kind = ProcessDelivery.Args.Kind,
                priority = _queue.Priority,
                maxAttempts = _queue.MaxAttempts,
            },
            CancellationToken.None);
        var isNew = new bool[items.Count];
        foreach (var row in rows)
        {
            isNew[row.Number - 1] = row.IsNew;
            if (row is { OrganizationId: { } organization, JobId: { } job })
            {
                _notifier.AnnounceJob(ProcessDelivery.Args.Queue, organization, job);
            }
        }

        return isNew;
    }

    /// <param name="Webhook">Null: the App.</param>
    internal sealed record Item(Guid? Webhook, string Guid, string Event, DeliveryContent Content);

    private sealed record Row(long Number, bool IsNew, Guid? OrganizationId, Guid? JobId);

    private static class Sql
    {
        public const string Revoke = "SELECT app.revoke_github_authorization(@person::bigint)";

        // In the order of their ids: two that store some of the same wait for each other in one direction only.
        public const string Accept = """
            SELECT delivery.number AS "Number", accepted.is_new AS "IsNew", accepted.organization_id AS "OrganizationId", accepted.job_id AS "JobId"
            FROM (
                SELECT *
                FROM unnest(
                    @ids::uuid[], @guids::text[], @names::text[], @actions::text[], @repositories::bigint[], @installations::bigint[], @owners::bigint[],
                    @webhooks::uuid[], @payloads::bytea[])
                    WITH ORDINALITY AS item (id, guid, event, action, repository, installation, owner, webhook, payload, number)
                ORDER BY guid
                OFFSET 0) AS delivery,
            LATERAL app.accept_delivery(
                delivery.id, delivery.guid, delivery.event, delivery.action, delivery.repository, delivery.installation, delivery.owner, delivery.webhook, delivery.payload,
                @queue, @kind, @priority::smallint, @maxAttempts::smallint) AS accepted
            """;
    }
}
