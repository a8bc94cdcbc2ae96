using AutoDevOps.Server.Jobs;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Puts a pull request in line: the row that says so and the job that opens it, or brings it up to date.</summary>
internal static class AskForPullRequest
{
    /// <param name="Branch">That it comes from.</param>
    public sealed record Response(Guid ProposalId, Guid JobId, string Branch);

    /// <summary>What who may not write is told.</summary>
    public static ProblemHttpResult NotAllowed() =>
        TypedResults.Problem("Viewers of an organization open no pull requests: ask a member.", statusCode: StatusCodes.Status403Forbidden);

    /// <param name="Kind"><c>pipeline</c> or <c>fix</c>.</param>
    /// <param name="SubjectId">The pipeline or the finding.</param>
    public sealed record Ask(Guid OrganizationId, Guid RepositoryId, string Kind, Guid SubjectId, string Branch);

    /// <summary>In the caller's transaction. While the same is under way already, it is that.</summary>
    public static async Task<(Response? Answer, ProblemHttpResult? Problem)> QueueAsync(NpgsqlConnection connection, JobQueue jobs, Guid userId, Ask ask)
    {
        var jobId = Guid.CreateVersion7();
        var row = await connection.QuerySingleAsync<Row>(
            Sql.Row, new { id = Guid.CreateVersion7(), ask.OrganizationId, ask.RepositoryId, ask.Kind, ask.SubjectId, jobId, ask.Branch, userId });
        var dedupeKey = $"pull_request:{row.Id:N}";
        while (await jobs.EnqueueAsync(connection, ask.OrganizationId, new OpenPullRequest.Args(row.Id), dedupeKey, jobId, userId) is null)
        {
            // The job that was in the way may have ended since; then there is room for ours.
            if (await connection.ExecuteScalarAsync<Guid?>(Sql.Unfinished, new { ask.OrganizationId, dedupeKey }) is { } unfinished)
            {
                return row.SubjectId == ask.SubjectId
                    ? (new Response(row.Id, unfinished, ask.Branch), null)
                    : (null, TypedResults.Problem(
                        $"A pull request from the branch {ask.Branch} is being opened at this moment, for another of its kind. Ask again when that is done.", statusCode: StatusCodes.Status409Conflict));
            }
        }

        await connection.ExecuteAsync(Sql.Ask, new { row.Id, ask.OrganizationId, ask.Kind, ask.SubjectId, jobId, userId });
        await connection.ExecuteAsync(
            Sql.Audit, new { ask.OrganizationId, target = row.Id.ToString(), detail = StoredJson.Write(new { ask.Kind, ask.SubjectId, ask.Branch }) });
        return (new Response(row.Id, jobId, ask.Branch), null);
    }

    internal sealed record Row(Guid Id, Guid SubjectId);

    private static class Sql
    {
        // The same row for the same branch, locked until this transaction ends.
        public const string Row = """
            INSERT INTO proposals (id, organization_id, repository_id, kind, subject_id, job_id, branch, requested_by)
            VALUES (@id, @OrganizationId, @RepositoryId, @Kind, @SubjectId, @jobId, @Branch, @userId)
            ON CONFLICT (organization_id, repository_id, branch) DO UPDATE SET updated_at = proposals.updated_at
            RETURNING id AS "Id", subject_id AS "SubjectId"
            """;

        public const string Unfinished = """
            SELECT id FROM jobs
            WHERE organization_id = @OrganizationId::uuid AND dedupe_key = @dedupeKey AND state NOT IN ('completed', 'dead_letter', 'cancelled')
            """;

        public const string Ask = """
            UPDATE proposals
            SET kind = @Kind, subject_id = @SubjectId, job_id = @jobId, requested_by = @userId, state = 'pending', failure = NULL, updated_at = now()
            WHERE organization_id = @OrganizationId AND id = @Id
            """;

        public const string Audit = "SELECT app.write_audit(@OrganizationId::uuid, 'pull_request.asked', @target, @detail::jsonb)";
    }
}
