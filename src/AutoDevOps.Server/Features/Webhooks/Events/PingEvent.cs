using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>GitHub made the webhook and reaches us: it is active.</summary>
internal sealed class PingEvent : IDeliveryEvent
{
    public string Name => "ping";

    public bool StartsAnalyses => false;

    public async Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery) =>
        delivery.WebhookId is { } webhook
        && await connection.ExecuteAsync(Sql.Activate, new { webhook, hook = delivery.Payload.Number("hook_id"), delivery.RepositoryId }) > 0
            ? "The webhook works." : "Nothing follows from it.";

    private static class Sql
    {
        public const string Activate = """
            UPDATE repository_webhooks SET state = 'active', failure = NULL, hook_id = coalesce(@hook::bigint, hook_id)
            WHERE id = @webhook::uuid AND repository_id = @RepositoryId::uuid AND state <> 'removing'
            """;
    }
}
