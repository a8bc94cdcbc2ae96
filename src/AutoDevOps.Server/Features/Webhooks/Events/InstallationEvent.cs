using AutoDevOps.Server.Features.Installations;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>The App was installed, changed, suspended or removed, or the account has another name: GitHub is asked how the installation is now, as the event
/// may have come late. One that this organization does not know is linked by its person, not by what GitHub sends.</summary>
/// <param name="name"><c>installation</c> or <c>installation_target</c>.</param>
internal sealed class InstallationEvent(string name) : IDeliveryEvent
{
    public string Name => name;

    public bool StartsAnalyses => false;

    public async Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery)
    {
        if (delivery.Payload.Number("installation.id") is not { } installation
            || !await connection.ExecuteScalarAsync<bool>(Sql.IsKnown, new { delivery.OrganizationId, installation }))
        {
            return "The organization here is not linked with this installation.";
        }

        await delivery.Jobs.EnqueueAsync(
            connection, delivery.OrganizationId, new SyncInstallation.Args(installation), SyncInstallation.Key(installation), isBounded: false);
        return delivery.Action switch
        {
            "created" => "The App was installed. GitHub is asked how it is now.",
            "deleted" => "The App was removed. GitHub is asked how it is now: what only it reaches cannot be read then.",
            "suspend" => "The App was suspended. GitHub is asked how it is now: what only it reaches cannot be read until it is allowed again.",
            "unsuspend" => "The App is no longer suspended. GitHub is asked how it is now.",
            "new_permissions_accepted" => "The App's new permissions were accepted. GitHub is asked how it is now.",
            "renamed" => "The account has another name. GitHub is asked how it is now.",
            _ => "GitHub is asked how the installation is now.",
        };
    }

    private static class Sql
    {
        public const string IsKnown = """
            SELECT EXISTS (SELECT FROM github_installations WHERE organization_id = @OrganizationId::uuid AND installation_id = @installation)
            """;
    }
}
