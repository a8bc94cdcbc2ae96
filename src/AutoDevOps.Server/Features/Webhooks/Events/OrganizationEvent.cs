using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Ui.Text;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>A GitHub organization lost a member or has another name: so does what stands for it here.</summary>
internal sealed class OrganizationEvent : IDeliveryEvent
{
    public string Name => "organization";

    public bool StartsAnalyses => false;

    public async Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery)
    {
        var payload = delivery.Payload;
        switch (delivery.Action)
        {
            case "member_removed" when payload.Number("membership.user.id") is { } member:
                var forgotten = await connection.ExecuteScalarAsync<int?>(
                    Sql.Forget, new { delivery.OrganizationId, member, organization = payload.Number("organization.id") });
                return forgotten is null ? "The organization here does not stand for the one on GitHub."
                    : forgotten == 0 ? $"{payload.Text("membership.user.login")} was no member here by it."
                    : $"{payload.Text("membership.user.login")} is no member any more.";
            case "member_added":
                return $"{payload.Text("membership.user.login")} becomes a member here when they sign in with GitHub.";
            case "renamed" when payload.Text("organization.login") is { } login && payload.Text("changes.login.from") is { } former:
                await connection.ExecuteAsync(Sql.RenameInstallations, new { login, account = payload.Number("organization.id") });
                var renamed = (await connection.QueryAsync<Guid>(Sql.RenameRepositories, new { login, former })).AsList();
                foreach (var repository in renamed)
                {
                    // The event may have come late.
                    await GitHubRows.SyncAsync(connection, delivery.Jobs, delivery.OrganizationId, repository);
                }

                return $"{former} is {login} now: {Words.Count(renamed.Count, "repository", "repositories")} here.";
            default:
                return $"Nothing follows here from what was done on GitHub ({delivery.Action}).";
        }
    }

    private static class Sql
    {
        // Null unless this organization stands for that one: an installation links others too.
        public const string Forget = """
            SELECT app.forget_github_member(id, @member::bigint) FROM organizations WHERE id = @OrganizationId::uuid AND github_id = @organization::bigint
            """;

        public const string RenameInstallations = "UPDATE github_installations SET account_login = @login WHERE account_id = @account::bigint";

        public const string RenameRepositories = """
            UPDATE repositories
            SET location = @login || substr(location, length(@former) + 1), name = CASE WHEN strpos(name, '/') > 0 THEN @login || substr(name, length(@former) + 1) ELSE name END
            WHERE source = 'github' AND lower(split_part(location, '/', 1)) = lower(@former)
              AND NOT EXISTS (
                SELECT FROM repositories AS other
                WHERE other.organization_id = repositories.organization_id AND other.source = 'github'
                  AND other.location = @login || substr(repositories.location, length(@former) + 1))
            RETURNING id
            """;
    }
}
