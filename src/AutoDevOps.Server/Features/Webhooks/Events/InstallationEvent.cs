using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>The App was installed, changed, suspended or removed: the installation that this organization knows follows. One that it does not know is
/// linked by its person, not by what GitHub sends.</summary>
internal sealed class InstallationEvent : IDeliveryEvent
{
    public string Name => "installation";

    public bool StartsAnalyses => false;

    public async Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery)
    {
        var payload = delivery.Payload;
        var action = delivery.Action ?? "";
        var count = await connection.ExecuteAsync(Sql.Change, new
        {
            installation = payload.Number("installation.id"),
            action,
            login = payload.Text("installation.account.login"),
            selection = payload.Text("installation.repository_selection") is "all" or "selected" ? payload.Text("installation.repository_selection") : null,
            permissions = payload.Json("installation.permissions"),
        });
        return count == 0 ? "The organization here is not linked with this installation."
            : action switch
            {
                "created" => "The App is installed.",
                "deleted" => "The App was removed: what only it reaches cannot be read any more.",
                "suspend" => "The App was suspended: what only it reaches cannot be read until it is allowed again.",
                "unsuspend" => "The App is no longer suspended.",
                "new_permissions_accepted" => "The App's new permissions were accepted.",
                _ => "What is known of the installation is as GitHub says.",
            };
    }

    private static class Sql
    {
        public const string Change = """
            UPDATE github_installations
            SET account_login = coalesce(@login::text, account_login), repository_selection = coalesce(@selection::text, repository_selection),
                permissions = coalesce(@permissions::jsonb, permissions),
                suspended_at = CASE @action WHEN 'suspend' THEN coalesce(suspended_at, now()) WHEN 'unsuspend' THEN NULL WHEN 'created' THEN NULL ELSE suspended_at END,
                removed_at = CASE @action WHEN 'deleted' THEN coalesce(removed_at, now()) WHEN 'created' THEN NULL ELSE removed_at END
            WHERE installation_id = @installation::bigint
            """;
    }
}
