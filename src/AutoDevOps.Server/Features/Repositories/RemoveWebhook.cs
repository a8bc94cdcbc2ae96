using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using Dapper;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Has GitHub stop telling us of a repository: deletes its hook there, and then what we know of it.</summary>
internal sealed class RemoveWebhook(Db db, GitHubAccess access, GitHubHooks hooks, IOptions<HttpOptions> http, IOptions<GitHubOptions> github, TimeProvider time)
    : IJobHandler<RemoveWebhook.Args>
{
    public sealed record Args(Guid RepositoryId) : IJobArgs
    {
        public static string Kind => "remove_webhook";

        public static string Queue => QueueNames.Sync;
    }

    public static string Key(Guid repositoryId) => $"{Args.Kind}:{repositoryId:N}";

    public Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken) =>
        WebhookTurn.TakeAsync(db, job, job.Args.RepositoryId, () => RunAsync(job, cancellationToken), cancellationToken);

    private async Task<JobOutcome> RunAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var row = await db.InTransactionAsync(
            job.Caller,
            async connection =>
            {
                var found = await connection.QuerySingleOrDefaultAsync<Row>(Sql.Find, new { job.Args.RepositoryId });
                if (found is { IsWanted: false })
                {
                    await connection.ExecuteAsync(Sql.Begin, new { found.Webhook });
                }

                return found;
            },
            cancellationToken);
        if (row is null)
        {
            return JobOutcome.Completed;
        }

        if (row.IsWanted)
        {
            return JobOutcome.Cancel("The repository needs its hook again.");
        }

        try
        {
            // Where GitHub reaches nobody, no hook was made.
            if (row.Hook is not null || !ConnectWebhook.IsOutOfReach(http.Value, github.Value))
            {
                await RemoveAsync(job, row, cancellationToken);
            }
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.NotFound)
        {
            // The repository is gone, and its hooks with it.
        }
        catch (GitHubException exception) when (exception.ToOutcome(time, connection => connection.ExecuteAsync(Sql.Fail, new { row.Webhook, failure = Why(exception, row) })) is { } outcome)
        {
            return outcome;
        }

        return JobOutcome.CompletedWith(connection => connection.ExecuteAsync(Sql.Delete, new { row.Webhook }));
    }

    // It was made by whoever connected the repository; the App is asked to only where they cannot, as it has no say in hooks unless it was given it.
    private async Task RemoveAsync(Job<Args> job, Row row, CancellationToken cancellationToken)
    {
        try
        {
            await access.ForConnectorAsync(job.Caller, job.Args.RepositoryId, AskAsync, cancellationToken);
        }
        catch (GitHubException exception) when (row.HasInstallation && exception.Failure is GitHubFailure.Unauthorized or GitHubFailure.Forbidden or GitHubFailure.NotFound)
        {
            await access.ForRepositoryAsync(job.Caller, job.Args.RepositoryId, GitHubPurpose.Hooking, AskAsync, cancellationToken);
        }

        async Task<bool> AskAsync(GitHubToken token)
        {
            await hooks.RemoveAsync(token, row.Location, row.Hook, ConnectWebhook.Address(http.Value, row.Webhook), cancellationToken);
            return true;
        }
    }

    // The row stays, so that connecting again finds the hook by its address.
    private static string Why(GitHubException exception, Row row)
    {
        var text = $"The hook is still on GitHub, and what it sends is refused: delete it in the settings of {row.Location}. {exception.Message}";
        return text[..Math.Min(text.Length, 1000)];
    }

    private sealed record Row(Guid Webhook, long? Hook, string Location, bool HasInstallation, bool IsWanted);

    private static class Sql
    {
        public const string Find = """
            SELECT webhook.id AS "Webhook", webhook.hook_id AS "Hook", repository.location AS "Location",
                   repository.installation_id IS NOT NULL AS "HasInstallation",
                   repository.disconnected_at IS NULL AND repository.installation_id IS NULL AS "IsWanted"
            FROM repository_webhooks AS webhook
            JOIN repositories AS repository ON repository.organization_id = webhook.organization_id AND repository.id = webhook.repository_id
            WHERE webhook.repository_id = @RepositoryId::uuid
            """;

        public const string Begin = "UPDATE repository_webhooks SET state = 'removing', tried_at = app.now() WHERE id = @Webhook::uuid";

        public const string Fail = "UPDATE repository_webhooks SET state = 'failed', failure = @failure WHERE id = @Webhook::uuid AND state = 'removing'";

        // Not if it was connected again in between: then the row is the new hook's.
        public const string Delete = "DELETE FROM repository_webhooks WHERE id = @Webhook::uuid AND state = 'removing'";
    }
}
