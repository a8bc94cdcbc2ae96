using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Ui.Text;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>The App reaches more repositories, or fewer: GitHub is asked about those that are connected here, as the event may have come late and speak of
/// what is over. What the look finds, they are read by and told of from then on.</summary>
internal sealed class InstallationRepositoriesEvent : IDeliveryEvent
{
    public string Name => "installation_repositories";

    public bool StartsAnalyses => false;

    public async Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery)
    {
        var payload = delivery.Payload;
        var installation = payload.Number("installation.id");
        var selection = payload.Text("repository_selection") is "all" or "selected" ? payload.Text("repository_selection") : null;
        if (await connection.ExecuteAsync(Sql.Select, new { installation, selection }) == 0)
        {
            return "The organization here is not linked with this installation.";
        }

        var removed = await SyncAsync(Sql.Served, "repositories_removed");
        var added = await SyncAsync(Sql.Others, "repositories_added");
        await connection.ExecuteAsync(Sql.Attach, new { installation, account = payload.Number("installation.account.id"), ids = Ids("repositories_added") });
        return (added, removed) switch
        {
            (0, 0) => "None of the connected repositories is among them.",
            (_, 0) => $"The App reaches {Words.Count(added, "more of the connected repositories", "more of the connected repositories")}.",
            (0, _) => $"The App no longer reaches {Words.Count(removed, "of the connected repositories", "of the connected repositories")}.",
            _ => $"The App reaches {added} more of the connected repositories, and no longer {removed}.",
        };

        async Task<int> SyncAsync(string find, string list)
        {
            var found = (await connection.QueryAsync<Guid>(find, new { installation, ids = Ids(list) })).AsList();
            foreach (var repository in found)
            {
                await GitHubRows.SyncAsync(connection, delivery.Jobs, delivery.OrganizationId, repository);
            }

            return found.Count;
        }

        long[] Ids(string list) => [.. payload.Items(list).Select(item => item.Number("id")).OfType<long>()];
    }

    private static class Sql
    {
        public const string Select = """
            UPDATE github_installations SET repository_selection = coalesce(@selection::text, repository_selection) WHERE installation_id = @installation::bigint
            """;

        public const string Served = """
            SELECT id FROM repositories
            WHERE source = 'github' AND disconnected_at IS NULL AND installation_id = @installation::bigint AND github_id = ANY (@ids::bigint[])
            """;

        public const string Others = """
            SELECT id FROM repositories
            WHERE source = 'github' AND disconnected_at IS NULL AND installation_id IS DISTINCT FROM @installation::bigint AND github_id = ANY (@ids::bigint[])
            """;

        // Only where the organization here stands for the account: elsewhere the look says first whether who connected them may write to them.
        public const string Attach = """
            UPDATE repositories SET installation_id = @installation::bigint FROM organizations AS organization
            WHERE organization.id = repositories.organization_id AND organization.github_id = @account::bigint
              AND source = 'github' AND installation_id IS DISTINCT FROM @installation::bigint AND repositories.github_id = ANY (@ids::bigint[])
            """;
    }
}
