using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Opens a pull request with a generated pipeline, or brings the one that is open up to date.</summary>
public static class ProposePipeline
{
    /// <param name="Branch">That it comes from: one for each platform.</param>
    public sealed record Response(Guid ProposalId, Guid JobId, string Branch);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/pipelines/{pipelineId:guid}/pull-request", HandleAsync).WithName(nameof(ProposePipeline)).WithTags("pipelines");

    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/pipelines/{pipelineId:guid}/pull-request", SubmitAsync);

    internal static async Task<Results<Accepted<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid pipelineId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var (answer, problem) = await AskAsync(pipelineId, user, db, jobs, cancellationToken);
        return answer is not null ? TypedResults.Accepted($"/api/v1/pipelines/{pipelineId}", new Response(answer.ProposalId, answer.JobId, answer.Branch))
            : problem is not null ? problem
            : TypedResults.NotFound();
    }

    internal static async Task<IResult> SubmitAsync(Guid pipelineId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var (answer, problem) = await AskAsync(pipelineId, user, db, jobs, cancellationToken);
        return answer is not null ? new SeeOther($"/pipelines/{pipelineId}") : problem is not null ? problem : TypedResults.NotFound();
    }

    /// <summary>Why this pipeline is not proposed, whatever the repository; null when nothing speaks against it.</summary>
    internal static string? Reason(bool isFinished, string? failure, bool? isProven, bool hasFiles) =>
        !isFinished ? "The pipeline is not finished yet."
        : failure is not null || !hasFiles ? "Nothing was generated that could be proposed."
        : isProven != true ? "A check of the pipeline failed: what is not proven is not proposed."
        : null;

    private static Task<(AskForPullRequest.Response? Answer, ProblemHttpResult? Problem)> AskAsync(
        Guid pipelineId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        db.InTransactionAsync<(AskForPullRequest.Response?, ProblemHttpResult?)>(
            user.Caller,
            async connection =>
            {
                if (await connection.QuerySingleOrDefaultAsync<Target>(Sql.Find, new { pipelineId }) is not { } target)
                {
                    return (null, null);
                }

                if (!target.MayWrite)
                {
                    return (null, AskForPullRequest.NotAllowed());
                }

                var paths = Stored.ReadList<PipelineFile>(target.Files).Select(file => file.Path).ToList();
                var reason = (await ProposalTarget.ReadAsync(connection, target.RepositoryId, cancellationToken)).Reason(paths)
                    ?? Reason(target.IsFinished, target.Failure, target.IsProven, paths.Count > 0);
                return reason is not null
                    ? (null, TypedResults.Problem(reason, statusCode: StatusCodes.Status409Conflict))
                    : await AskForPullRequest.QueueAsync(
                        connection, jobs, user.Id, new(target.OrganizationId, target.RepositoryId, "pipeline", pipelineId, ProposalBranch.OfPipeline(target.Platform)));
            },
            cancellationToken);

    internal sealed record Target(
        Guid OrganizationId, Guid RepositoryId, string Platform, string? Files, bool IsFinished, string? Failure, bool? IsProven, bool MayWrite);

    private static class Sql
    {
        public const string Find = """
            SELECT organization_id AS "OrganizationId", repository_id AS "RepositoryId", platform AS "Platform", files AS "Files",
                   finished_at IS NOT NULL AS "IsFinished", failure AS "Failure", is_proven AS "IsProven",
                   organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS "MayWrite"
            FROM pipelines WHERE id = @pipelineId::uuid
            """;
    }
}
