using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Has GitHub asked now what has become of a repository. While that waits or runs, it is that one.</summary>
public static class StartSync
{
    public sealed record Response(Guid JobId);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/repositories/{repositoryId:guid}/sync", HandleAsync).WithName(nameof(StartSync)).WithTags("repositories");

    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/repositories/{repositoryId:guid}/sync", SubmitAsync);

    internal static Task<Results<Accepted<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid repositoryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        QueueAsync(
            repositoryId, user, db, jobs, new SyncRepository.Args(repositoryId), SyncRepository.Key(repositoryId), mustManage: false,
            "Viewers of an organization start nothing: ask a member.", cancellationToken);

    internal static async Task<IResult> SubmitAsync(Guid repositoryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        Shown(repositoryId, await HandleAsync(repositoryId, user, db, jobs, cancellationToken));

    internal static IResult Shown(Guid repositoryId, Results<Accepted<Response>, NotFound, ProblemHttpResult> answer) =>
        answer.Result is Accepted<Response> ? new SeeOther($"/repositories/{repositoryId}") : answer.Result;

    /// <summary>Puts a job about a connected repository of GitHub in line, unless it is there already.</summary>
    /// <param name="refusal">What those are told who may see the repository, but not do this.</param>
    internal static Task<Results<Accepted<Response>, NotFound, ProblemHttpResult>> QueueAsync<TArgs>(
        Guid repositoryId, CurrentUser user, Db db, JobQueue jobs, TArgs args, string key, bool mustManage, string refusal, CancellationToken cancellationToken)
        where TArgs : IJobArgs =>
        db.InTransactionAsync<Results<Accepted<Response>, NotFound, ProblemHttpResult>>(
            user.Caller,
            async connection =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<Row>(Sql.Find, new { repositoryId });
                if (row is null)
                {
                    return TypedResults.NotFound();
                }

                if (mustManage ? !row.MayManage : !row.MayWrite)
                {
                    return TypedResults.Problem(refusal, statusCode: StatusCodes.Status403Forbidden);
                }

                if (!row.IsOfGitHub)
                {
                    return TypedResults.Problem("Only what was connected from GitHub can be asked about there.", statusCode: StatusCodes.Status422UnprocessableEntity);
                }

                Guid? job;
                // The job that was in the way may have ended since; then there is room for ours.
                while ((job = await jobs.EnqueueAsync(connection, row.OrganizationId, args, key, requestedBy: user.Id)
                    ?? await connection.ExecuteScalarAsync<Guid?>(Sql.FindJob, new { row.OrganizationId, key })) is null)
                {
                }

                return TypedResults.Accepted($"/api/v1/jobs/{job}", new Response(job.Value));
            },
            cancellationToken);

    private sealed record Row(Guid OrganizationId, bool IsOfGitHub, bool MayWrite, bool MayManage);

    private static class Sql
    {
        public const string Find = """
            SELECT organization_id AS "OrganizationId", source = 'github' AS "IsOfGitHub",
                   organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS "MayWrite",
                   organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) AS "MayManage"
            FROM repositories WHERE id = @repositoryId::uuid AND disconnected_at IS NULL
            """;

        public const string FindJob = """
            SELECT id FROM jobs
            WHERE organization_id = @OrganizationId AND dedupe_key = @key AND state NOT IN ('completed', 'dead_letter', 'cancelled')
            """;
    }
}
