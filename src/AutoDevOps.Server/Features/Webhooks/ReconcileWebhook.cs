using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Asks GitHub to deliver again what a repository's webhook missed, as whoever reaches the repository.</summary>
internal sealed class ReconcileWebhook(Db db, JobQueue jobs, GitHubAccess access, GitHubClient client, MissingDeliveries missing, TimeProvider time)
    : IJobHandler<ReconcileWebhook.Args>
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
            var (asked, seenUntil) = await access.ForRepositoryAsync(
                job.Caller, hook.RepositoryId,
                token => missing.AskAgainAsync(job.Caller, token, path, hook.SeenUntil, cancellationToken),
                cancellationToken);
            await job.ReportAsync("redeliver", asked, asked, cancellationToken);
            return JobOutcome.CompletedWith(connection => connection.ExecuteAsync(Sql.NoteSeen, new { job.Args.WebhookId, seenUntil }));
        }
        catch (GitHubException exception) when (exception.IsFinal)
        {
            // No job of these fails: there would be one each hour until its person signs in again.
            var isGone = exception.Failure == GitHubFailure.NotFound && await IsGoneAsync(job, hook, cancellationToken);
            return JobOutcome.CompletedWith(connection => NoteAsync(connection, job, hook, isGone, exception));
        }
        catch (GitHubException exception) when (exception.ToOutcome(time) is { } outcome)
        {
            return outcome;
        }
    }

    // GitHub says the same of a hook that there is none of to whoever may not administer the repository; and then it may well be there, and deliver.
    private async Task<bool> IsGoneAsync(Job<Args> job, Row hook, CancellationToken cancellationToken)
    {
        try
        {
            var repository = await access.ForRepositoryAsync(
                job.Caller, hook.RepositoryId, token => client.GetAsync<GitHubRepositoryAnswer>(token, GitHubPath.Repository(hook.Location), cancellationToken), cancellationToken);
            return repository.Permissions is { Admin: true };
        }
        catch (GitHubException exception) when (exception.IsFinal)
        {
            // Then the repository itself is not to be seen: its own look will say so.
            return false;
        }
    }

    private async Task NoteAsync(NpgsqlConnection connection, Job<Args> job, Row hook, bool isGone, GitHubException exception)
    {
        if (!isGone)
        {
            var failure = exception.Failure == GitHubFailure.NotFound
                ? $"GitHub does not show whoever connected {hook.Location} what its hook delivers: that takes admin rights in the repository."
                : exception.Message;
            await connection.ExecuteAsync(Sql.Note, new { job.Args.WebhookId, failure, state = "active" });
        }
        else if (await connection.ExecuteAsync(Sql.Note, new { job.Args.WebhookId, failure = "Somebody deleted the hook on GitHub. It is made anew.", state = "failed" }) == 1)
        {
            await GitHubRows.HookAsync(connection, jobs, job.OrganizationId, null, hook.RepositoryId, isWanted: true);
        }
    }

    private sealed record Row(Guid RepositoryId, string Location, long HookId, DateTime? SeenUntil);

    private static class Sql
    {
        public const string Find = """
            SELECT repositories.id AS "RepositoryId", repositories.location AS "Location", repository_webhooks.hook_id AS "HookId",
                   repository_webhooks.seen_until AS "SeenUntil"
            FROM repository_webhooks
            JOIN repositories ON repositories.organization_id = repository_webhooks.organization_id AND repositories.id = repository_webhooks.repository_id
            WHERE repository_webhooks.id = @WebhookId::uuid AND repository_webhooks.state = 'active' AND repository_webhooks.hook_id IS NOT NULL
              AND repositories.source = 'github' AND repositories.disconnected_at IS NULL AND repositories.installation_id IS NULL
            """;

        public const string NoteSeen = "UPDATE repository_webhooks SET seen_until = @seenUntil, failure = NULL WHERE id = @WebhookId::uuid AND state = 'active'";

        public const string Note = "UPDATE repository_webhooks SET state = @state, failure = left(@failure::text, 1000) WHERE id = @WebhookId::uuid AND state = 'active'";
    }
}
