using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace AutoDevOps.Server.Features.Pipelines;

/// <summary>Queues the generation of a pipeline for a connected repository. While one for the same platform waits or runs, it is that one.</summary>
public static class StartPipeline
{
    /// <param name="DefaultBranch">The branch that pushes are built on; else the repository's.</param>
    public sealed record Options(
        [property: StringLength(200, MinimumLength = 1), RegularExpression("^[A-Za-z0-9_][A-Za-z0-9_./-]*$", MatchTimeoutInMilliseconds = 1000)] string? DefaultBranch = null);

    /// <param name="Platform">What reads the files: <c>github</c>, <c>gitlab</c>, <c>circleci</c>, <c>azure</c>, <c>jenkins</c> or <c>dependabot</c>.</param>
    public sealed record Request([property: JsonRequired] Guid RepositoryId, [property: Required, StringLength(40, MinimumLength = 1)] string Platform, Options? Options = null);

    public sealed record Response(Guid PipelineId, Guid JobId);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/pipelines", HandleAsync).WithName(nameof(StartPipeline)).WithTags("pipelines");

    public static void MapForm(IEndpointRouteBuilder routes) =>
        routes.MapPost("/repositories/{repositoryId:guid}/pipelines", SubmitAsync);

    internal static async Task<IResult> SubmitAsync(
        Guid repositoryId, HttpRequest form, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var platform = (await form.ReadFormAsync(cancellationToken))["platform"].ToString();
        var answer = (await HandleAsync(new Request(repositoryId, platform), user, db, jobs, idempotencyKey: null, cancellationToken)).Result;
        return answer is Accepted<Response> { Value: { } queued } ? new SeeOther($"/pipelines/{queued.PipelineId}") : answer;
    }

    internal static async Task<Results<Accepted<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Request request, CurrentUser user, Db db, JobQueue jobs,
        [FromHeader(Name = IdempotencyKey.Header), StringLength(IdempotencyKey.MaxLength)] string? idempotencyKey,
        CancellationToken cancellationToken)
    {
        if (!GeneratePipeline.Platforms.Contains(request.Platform))
        {
            return TypedResults.Problem(
                $"There is no platform {request.Platform}. Known: {string.Join(", ", GeneratePipeline.Platforms)}.", statusCode: StatusCodes.Status400BadRequest);
        }

        var (answer, conflict) = await db.InTransactionAsync<(Response?, bool)>(
            user.Caller,
            async connection => await connection.ExecuteScalarAsync<Guid?>(Sql.FindRepository, new { request.RepositoryId }) is { } organizationId
                ? await IdempotencyKey.OnceAsync(
                    connection, organizationId, user.Id, idempotencyKey, nameof(StartPipeline), request,
                    () => QueueAsync(connection, jobs, organizationId, user.Id, request))
                : (null, false),
            cancellationToken);
        return answer is not null ? TypedResults.Accepted($"/api/v1/pipelines/{answer.PipelineId}", answer)
            : conflict ? TypedResults.Problem(IdempotencyKey.ConflictDetail, statusCode: StatusCodes.Status422UnprocessableEntity)
            : TypedResults.NotFound();
    }

    /// <summary>Queues it in the caller's transaction: the pipeline and its job exist together or not at all.</summary>
    public static async Task<Response> QueueAsync(NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Guid userId, Request request)
    {
        var dedupeKey = $"pipeline:{request.RepositoryId:N}:{request.Platform}";
        var pipelineId = Guid.CreateVersion7();
        while (true)
        {
            if (await jobs.EnqueueAsync(connection, organizationId, new GeneratePipeline.Args(pipelineId), dedupeKey, requestedBy: userId) is { } jobId)
            {
                await connection.ExecuteAsync(Sql.Insert, new
                {
                    pipelineId,
                    organizationId,
                    request.RepositoryId,
                    jobId,
                    request.Platform,
                    options = JsonSerializer.Serialize(request.Options ?? new Options(), JobJson.Options),
                    userId,
                });
                await connection.ExecuteAsync(Sql.Audit, new { organizationId, target = pipelineId.ToString() });
                return new Response(pipelineId, jobId);
            }

            // The job that was in the way may have ended since; then there is room for ours.
            if (await connection.QuerySingleOrDefaultAsync<Response>(Sql.FindUnfinished, new { organizationId, dedupeKey }) is { } unfinished)
            {
                return unfinished;
            }
        }
    }

    private static class Sql
    {
        public const string FindRepository = "SELECT organization_id FROM repositories WHERE id = @RepositoryId::uuid AND disconnected_at IS NULL";

        public const string Insert = """
            INSERT INTO pipelines (id, organization_id, repository_id, job_id, platform, options, requested_by)
            VALUES (@pipelineId, @organizationId, @RepositoryId, @jobId, @Platform, @options::jsonb, @userId)
            """;

        public const string FindUnfinished = """
            SELECT pipelines.id AS "PipelineId", jobs.id AS "JobId"
            FROM jobs JOIN pipelines ON pipelines.organization_id = jobs.organization_id AND pipelines.job_id = jobs.id
            WHERE jobs.organization_id = @organizationId AND jobs.dedupe_key = @dedupeKey
              AND jobs.state NOT IN ('completed', 'dead_letter', 'cancelled')
            """;

        public const string Audit = "SELECT app.write_audit(@organizationId::uuid, 'pipeline.started', @target, '{}')";
    }
}
