using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Sees to it that a repository has the hook that it needs, or none: whatever broke off or was lost, each look at the repository mends it.</summary>
internal static class SettleWebhook
{
    // Each look at a repository comes by here, and there is one a day at least; what GitHub refuses is not tried more often than that.
    private static readonly TimeSpan BetweenTries = TimeSpan.FromHours(23);

    /// <param name="connection">In a transaction of a job of the organization.</param>
    /// <param name="isWanted">Nothing else tells of the repository.</param>
    /// <param name="isNew">That was otherwise until now: it is not waited for.</param>
    public static async Task RunAsync(NpgsqlConnection connection, JobQueue jobs, Sealer sealer, Guid organizationId, Guid repositoryId, bool isWanted, bool isNew)
    {
        var hook = await connection.QuerySingleOrDefaultAsync<Hook>(Sql.Find, new { repositoryId, BetweenTries });
        // The keys of the installation may have been lost, and then what is delivered cannot be verified.
        var isSettled = isWanted ? hook is { State: "active" } && sealer.TryOpen(hook.Secret, WebhookSecrets.Purpose, hook.Id) is not null : hook is null;
        if (!isSettled && (isNew || hook is null or { MayTry: true }))
        {
            await GitHubRows.HookAsync(connection, jobs, organizationId, null, repositoryId, isWanted);
        }
    }

    private sealed record Hook(Guid Id, string State, byte[] Secret, bool MayTry);

    private static class Sql
    {
        public const string Find = """
            SELECT id AS "Id", state AS "State", secret AS "Secret", coalesce(tried_at < app.now() - @BetweenTries::interval, true) AS "MayTry"
            FROM app.webhook_of_repository(@repositoryId::uuid)
            """;
    }
}
