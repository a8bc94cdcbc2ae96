using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Analyses a default branch that has moved without anybody telling: where GitHub cannot reach this installation, or has no hook.</summary>
internal sealed class MissedPush(JobQueue jobs, IOptions<HttpOptions> http, IOptions<GitHubOptions> github, ILogger<MissedPush> logger)
{
    /// <param name="connection">In the transaction that writes what a look at GitHub found.</param>
    /// <param name="head">Where the default branch is; null: it is not known.</param>
    public async Task AnalyseAsync(NpgsqlConnection connection, Guid organizationId, Guid repositoryId, string? head)
    {
        if (head is null || !await connection.ExecuteScalarAsync<bool>(
            Sql.IsMissed, new { repositoryId, head, isOutOfReach = ConnectWebhook.IsOutOfReach(http.Value, github.Value) }))
        {
            return;
        }

        try
        {
            await StartAnalysis.QueueAsync(connection, jobs, organizationId, null, new StartAnalysis.Request(repositoryId));
        }
        catch (BacklogFullException full)
        {
            logger.LogInformation(full, "{Repository} has moved, and is not analysed before the next look at it.", repositoryId);
        }
    }

    private static class Sql
    {
        // The first analysis is started by whoever connects it, and one that has not ended yet may see the change.
        public const string IsMissed = """
            SELECT (@isOutOfReach OR (repository.installation_id IS NULL AND NOT EXISTS (
                    SELECT FROM repository_webhooks AS hook
                    WHERE hook.organization_id = repository.organization_id AND hook.repository_id = repository.id AND hook.state = 'active')))
               AND NOT repository.archived
               AND coalesce((
                    SELECT finished_at IS NOT NULL AND (failure IS NOT NULL OR commit_sha IS DISTINCT FROM @head) FROM analyses
                    WHERE organization_id = repository.organization_id AND repository_id = repository.id AND kind = 'full' AND ref IS NULL
                    ORDER BY id DESC LIMIT 1), false)
            FROM repositories AS repository WHERE repository.id = @repositoryId::uuid
            """;
    }
}
