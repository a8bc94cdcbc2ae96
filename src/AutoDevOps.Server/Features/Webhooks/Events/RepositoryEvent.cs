using AutoDevOps.Server.Features.Repositories;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>The repository itself was changed: what is known of it here follows at once, and then a look at it on GitHub, as the event may have
/// come late and speak of what is over.</summary>
internal sealed class RepositoryEvent : IDeliveryEvent
{
    public string Name => "repository";

    public bool StartsAnalyses => false;

    public async Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery)
    {
        var payload = delivery.Payload;
        if (delivery.RepositoryId is not { } repository || payload.Text("repository.full_name") is not { Length: <= 200 } fullName)
        {
            return "It does not say which repository.";
        }

        if (delivery.Action == "deleted")
        {
            await connection.ExecuteAsync(Sql.Delete, new { repository });
            return "The repository was deleted on GitHub. What was found in it is kept.";
        }

        var isMoved = await connection.ExecuteAsync(Sql.Change, new
        {
            repository,
            fullName,
            name = payload.Text("repository.name"),
            isPrivate = payload.Flag("repository.private"),
            archived = payload.Flag("repository.archived"),
            branch = payload.Text("repository.default_branch"),
        }) > 0;
        if (!delivery.IsDisconnected)
        {
            await GitHubRows.SyncAsync(connection, delivery.Jobs, delivery.OrganizationId, repository);
        }

        return !isMoved ? $"Another connected repository has the name {fullName}. GitHub is asked which of them it is."
            : delivery.Action switch
            {
                "renamed" or "transferred" => $"The repository is {fullName} now.",
                "archived" => "The repository was archived.",
                "unarchived" => "The repository is no longer archived.",
                "privatized" => "The repository is private now.",
                "publicized" => "The repository is public now.",
                "edited" when payload.Has("changes.default_branch") => $"The default branch is {payload.Text("repository.default_branch")} now.",
                _ => "What is known of the repository is as GitHub says.",
            };
    }

    private static class Sql
    {
        public const string Change = """
            UPDATE repositories
            SET location = @fullName, name = CASE WHEN strpos(name, '/') > 0 THEN @fullName ELSE coalesce(@name::text, name) END,
                is_private = coalesce(@isPrivate::boolean, is_private), archived = coalesce(@archived::boolean, archived),
                default_branch = coalesce(@branch::text, default_branch)
            WHERE id = @repository::uuid
              AND NOT EXISTS (
                SELECT FROM repositories AS other
                WHERE other.organization_id = repositories.organization_id AND other.source = repositories.source AND other.location = @fullName
                  AND other.id <> repositories.id)
            """;

        public const string Delete = "UPDATE repositories SET github_state = 'gone' WHERE id = @repository::uuid";
    }
}
