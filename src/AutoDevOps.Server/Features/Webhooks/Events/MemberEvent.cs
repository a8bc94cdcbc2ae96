using AutoDevOps.Server.Features.Repositories;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>Somebody may do more or less in the repository than before: GitHub is asked about it, as it may be who connected it.</summary>
internal sealed class MemberEvent : IDeliveryEvent
{
    public string Name => "member";

    public bool StartsAnalyses => false;

    public async Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery)
    {
        if (delivery.RepositoryId is not { } repository || delivery.IsDisconnected)
        {
            return "The repository is disconnected.";
        }

        await GitHubRows.SyncAsync(connection, delivery.Jobs, delivery.OrganizationId, repository);
        return $"{delivery.Payload.Text("member.login") ?? "Somebody"} may do more or less in the repository. GitHub is asked whether it can be read as before.";
    }
}
