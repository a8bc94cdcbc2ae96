using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Processes a stored delivery once more, as a new job.</summary>
public static class ReprocessDelivery
{
    private const string Unfinished = "A job processes this delivery already. Wait for it, or cancel it first.";

    public sealed record Response(Guid JobId);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/organizations/{organizationId:guid}/deliveries/{deliveryId:guid}/process", HandleAsync).WithName(nameof(ReprocessDelivery)).WithTags("webhooks");

    /// <summary>The button of the page of deliveries.</summary>
    public static void MapForm(IEndpointRouteBuilder forms) =>
        forms.MapPost("/organizations/{organizationId:guid}/deliveries/{deliveryId:guid}/process", SubmitAsync);

    internal static async Task<Results<Accepted<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid organizationId, Guid deliveryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var (isThere, job) = await ProcessAsync(organizationId, deliveryId, user, db, jobs, cancellationToken);
        return !isThere ? TypedResults.NotFound()
            : job is { } id ? TypedResults.Accepted($"/api/v1/jobs/{id}", new Response(id))
            : TypedResults.Problem(Unfinished, statusCode: StatusCodes.Status409Conflict);
    }

    internal static async Task<IResult> SubmitAsync(
        Guid organizationId, Guid deliveryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var (isThere, job) = await ProcessAsync(organizationId, deliveryId, user, db, jobs, cancellationToken);
        return !isThere ? TypedResults.NotFound()
            : job is { } id ? new SeeOther($"/jobs/{id}")
            : TypedResults.Problem(Unfinished, statusCode: StatusCodes.Status409Conflict);
    }

    /// <returns>Whether there is such a delivery for this person; the job, or null when one is at it already.</returns>
    private static Task<(bool IsThere, Guid? Job)> ProcessAsync(
        Guid organizationId, Guid deliveryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        db.InTransactionAsync<(bool, Guid?)>(
            user.Caller,
            async connection =>
            {
                var state = await connection.QuerySingleOrDefaultAsync<State>(Sql.Find, new { organizationId, deliveryId });
                if (state is null or { IsUnfinished: true })
                {
                    return (state is not null, null);
                }

                var job = await jobs.EnqueueAsync(
                    connection, organizationId, new ProcessDelivery.Args(deliveryId), $"delivery:{deliveryId:N}", requestedBy: user.Id);
                if (job is not null)
                {
                    await connection.ExecuteAsync(Sql.Note, new { organizationId, deliveryId, job });
                    await connection.ExecuteAsync(Sql.Audit, new { organizationId, target = deliveryId.ToString() });
                }

                return (true, job);
            },
            cancellationToken);

    private sealed record State(bool IsUnfinished);

    private static class Sql
    {
        public const string Find = """
            SELECT EXISTS (
                SELECT FROM jobs
                WHERE jobs.organization_id = receipt.organization_id AND jobs.id = receipt.job_id AND jobs.state NOT IN ('completed', 'dead_letter', 'cancelled'))
                AS "IsUnfinished"
            FROM webhook_receipts AS receipt WHERE receipt.organization_id = @organizationId::uuid AND receipt.id = @deliveryId::uuid
            """;

        public const string Note = """
            UPDATE webhook_receipts SET job_id = @job::uuid, outcome = NULL WHERE organization_id = @organizationId::uuid AND id = @deliveryId::uuid
            """;

        public const string Audit = "SELECT app.write_audit(@organizationId::uuid, 'delivery.processed_again', @target, '{}')";
    }
}
