using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Ui.Text;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>Sees to it that what a branch holds now is analysed, once.</summary>
internal static class ChangedSource
{
    /// <param name="reference">Null: the default branch.</param>
    /// <param name="what">The branch or the pull request, in words.</param>
    /// <param name="commit">Where it is now; null: it does not say.</param>
    /// <returns>What was done, for people.</returns>
    public static async Task<string> AnalyseAsync(
        NpgsqlConnection connection, Delivery delivery, Guid repository, string? reference, string what, string? commit, int? pullRequest = null)
    {
        if (reference is not null && !StartAnalysis.IsReference(reference))
        {
            return $"Not analysed: the name of the {what} cannot be asked for.";
        }

        // Each organization that connected it may have a hook, and all of them hear of each push by each hook.
        if (commit is not null && await connection.ExecuteScalarAsync<bool>(Sql.IsExamined, new { repository, reference, commit }))
        {
            return $"The {what} is at {Words.ShortSha(commit)}, which is analysed already.";
        }

        if (await connection.ExecuteScalarAsync<bool>(Sql.IsSeen, new { repository, reference, delivery.ReceivedAt }))
        {
            return $"An analysis of the {what} that began later sees it.";
        }

        var (_, isNew) = await StartAnalysis.QueueAfterChangeAsync(
            connection, delivery.Jobs, delivery.OrganizationId, new StartAnalysis.Request(repository, AnalysisKind.Full, reference), pullRequest);
        return isNew ? $"An analysis of the {what} was started." : $"An analysis of the {what} waits already, and will see it.";
    }

    private static class Sql
    {
        // Only the newest counts, also if it has not ended: what it reads may be older or newer.
        public const string IsExamined = """
            SELECT coalesce((
                SELECT commit_sha = @commit AND finished_at IS NOT NULL AND failure IS NULL FROM analyses
                WHERE repository_id = @repository::uuid AND kind = 'full' AND ref IS NOT DISTINCT FROM @reference::text
                ORDER BY id DESC LIMIT 1), false)
            """;

        // It began to read after the delivery came, which came after the change.
        public const string IsSeen = """
            SELECT coalesce((
                SELECT analyses.failure IS NULL AND (
                    SELECT max(event.at) FROM job_events AS event
                    WHERE event.organization_id = analyses.organization_id AND event.job_id = analyses.job_id AND event.to_state = 'processing') > @ReceivedAt::timestamptz
                FROM analyses
                WHERE analyses.repository_id = @repository::uuid AND analyses.kind = 'full' AND analyses.ref IS NOT DISTINCT FROM @reference::text
                ORDER BY analyses.id DESC LIMIT 1), false)
            """;
    }
}
