using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Cancels a job: at once while it waits; a running one is asked to stop and ends a moment later.</summary>
public static class CancelJob
{
    /// <param name="State"><c>cancelled</c>, or <c>requested</c> while it is still running.</param>
    public sealed record Response(string State);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/jobs/{jobId:guid}/cancel", HandleAsync).WithName(nameof(CancelJob)).WithTags("jobs");

    public static void MapForm(IEndpointRouteBuilder routes) =>
        routes.MapPost("/jobs/{jobId:guid}/cancel", SubmitAsync);

    internal static async Task<Results<Accepted<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid jobId, CurrentUser user, Db db, JobNotifier notifier, CancellationToken cancellationToken) =>
        await CancelAsync(jobId, user, db, notifier, cancellationToken) switch
        {
            "missing" => TypedResults.NotFound(),
            ("cancelled" or "requested") and var state => TypedResults.Accepted($"/api/v1/jobs/{jobId}", new Response(state)),
            var refused => Refuse(refused),
        };

    internal static async Task<IResult> SubmitAsync(Guid jobId, CurrentUser user, Db db, JobNotifier notifier, CancellationToken cancellationToken) =>
        await CancelAsync(jobId, user, db, notifier, cancellationToken) switch
        {
            "missing" => TypedResults.NotFound(),
            // Who pressed the button as the job ended sees how it ended.
            "cancelled" or "requested" or "ended" => new SeeOther($"/jobs/{jobId}"),
            var refused => Refuse(refused),
        };

    private static ProblemHttpResult Refuse(string outcome) => outcome == "ended"
        ? TypedResults.Problem("The job has ended already.", statusCode: StatusCodes.Status409Conflict)
        : TypedResults.Problem("Only members of the organization cancel jobs; viewers read.", statusCode: StatusCodes.Status403Forbidden);

    private static Task<string> CancelAsync(Guid jobId, CurrentUser user, Db db, JobNotifier notifier, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var (outcome, organizationId) = await connection.QuerySingleAsync<(string Outcome, Guid? OrganizationId)>(Sql.Cancel, new { jobId });
                if (outcome is ("cancelled" or "requested") && organizationId is { } organization)
                {
                    await connection.ExecuteAsync(Sql.Audit, new { organization, target = jobId.ToString() });
                    Db.AfterCommit(connection, () =>
                    {
                        if (outcome == "requested")
                        {
                            notifier.RequestCancel(jobId);
                        }

                        notifier.AnnounceEvents(organization, jobId);
                    });
                }

                return outcome;
            },
            cancellationToken);

    private static class Sql
    {
        public const string Cancel = "SELECT outcome, organization_id FROM app.cancel_job(@jobId::uuid)";

        public const string Audit = "SELECT app.write_audit(@organization::uuid, 'job.cancelled', @target, '{}')";
    }
}
