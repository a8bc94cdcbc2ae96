using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using Dapper;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Asks GitHub to deliver again what a repository's webhook missed, as whoever reaches the repository.</summary>
internal sealed class ReconcileWebhook(Db db, GitHubAccess access, MissingDeliveries missing, TimeProvider time) : IJobHandler<ReconcileWebhook.Args>
{
    /// <param name="WebhookId">As <c>app.reconcile_webhooks</c> writes it.</param>
    public sealed record Args(Guid WebhookId) : IJobArgs
    {
        public static string Kind => "reconcile_webhook";

        public static string Queue => QueueNames.Sync;
    }

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var hook = (await db.QueryAsync<Row>(job.Caller, Sql.Find, new { job.Args.WebhookId }, cancellationToken)).SingleOrDefault();
        if (hook is null)
        {
            return JobOutcome.Cancel("The webhook is not there any more.");
        }

        var path = GitHubPath.Repository(hook.Location) + GitHubPath.Of($"/hooks/{hook.HookId}/deliveries");
        try
        {
            var asked = await access.ForRepositoryAsync(
                job.Caller, hook.RepositoryId,
                token => missing.AskAgainAsync(job.Caller, token, path, cancellationToken),
                cancellationToken);
            await job.ReportAsync("redeliver", asked, asked, cancellationToken);
            return JobOutcome.CompletedWith(connection => connection.ExecuteAsync(Sql.Note, new { job.Args.WebhookId, failure = (string?)null, state = "active" }));
        }
        catch (GitHubException exception) when (exception.ToOutcome(time, Write(exception)) is { } outcome)
        {
            return outcome;
        }

        // On GitHub there is no such hook: whoever looks after hooks makes another.
        Func<Npgsql.NpgsqlConnection, Task> Write(GitHubException exception) => connection => connection.ExecuteAsync(
            Sql.Note, new { job.Args.WebhookId, failure = exception.Message, state = exception.Failure == GitHubFailure.NotFound ? "failed" : "active" });
    }

    private sealed record Row(Guid RepositoryId, string Location, long HookId);

    private static class Sql
    {
        public const string Find = """
            SELECT repositories.id AS "RepositoryId", repositories.location AS "Location", repository_webhooks.hook_id AS "HookId"
            FROM repository_webhooks
            JOIN repositories ON repositories.organization_id = repository_webhooks.organization_id AND repositories.id = repository_webhooks.repository_id
            WHERE repository_webhooks.id = @WebhookId::uuid AND repository_webhooks.state = 'active' AND repository_webhooks.hook_id IS NOT NULL
              AND repositories.source = 'github' AND repositories.disconnected_at IS NULL
            """;

        public const string Note = "UPDATE repository_webhooks SET state = @state, failure = left(@failure::text, 1000) WHERE id = @WebhookId::uuid AND state = 'active'";
    }
}
