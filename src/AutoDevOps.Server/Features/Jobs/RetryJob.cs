using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Tries a dead letter again, as a new job that takes its place.</summary>
public static class RetryJob
{
    public sealed record Response(Guid JobId);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/jobs/{jobId:guid}/retry", HandleAsync).WithName(nameof(RetryJob)).WithTags("jobs");

    public static void MapForm(IEndpointRouteBuilder routes) =>
        routes.MapPost("/jobs/{jobId:guid}/retry", SubmitAsync);

    internal static async Task<Results<Accepted<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid jobId, CurrentUser user, Db db, JobNotifier notifier, JobQueue jobs, CancellationToken cancellationToken)
    {
        var (replay, outcome) = await RetryAsync(jobId, user, db, notifier, jobs, cancellationToken);
        return outcome switch
        {
            "queued" => TypedResults.Accepted($"/api/v1/jobs/{replay}", new Response(replay)),
            "missing" => TypedResults.NotFound(),
            _ => Refuse(outcome),
        };
    }

    internal static async Task<IResult> SubmitAsync(Guid jobId, CurrentUser user, Db db, JobNotifier notifier, JobQueue jobs, CancellationToken cancellationToken)
    {
        var (replay, outcome) = await RetryAsync(jobId, user, db, notifier, jobs, cancellationToken);
        return outcome switch
        {
            "queued" => new SeeOther($"/jobs/{replay}"),
            "missing" => TypedResults.NotFound(),
            _ => Refuse(outcome),
        };
    }

    private static ProblemHttpResult Refuse(string outcome) => outcome switch
    {
        "forbidden" => TypedResults.Problem("Only members of the organization try jobs again; viewers read.", statusCode: StatusCodes.Status403Forbidden),
        "replayed" => TypedResults.Problem("This job was tried again already; the newer job says how that went.", statusCode: StatusCodes.Status409Conflict),
        "duplicate" => TypedResults.Problem("Another job does the same at the moment. Wait for it, or cancel it first.", statusCode: StatusCodes.Status409Conflict),
        _ => TypedResults.Problem("Only a dead letter can be tried again: a job that failed every attempt.", statusCode: StatusCodes.Status409Conflict),
    };

    private static Task<(Guid Replay, string Outcome)> RetryAsync(Guid jobId, CurrentUser user, Db db, JobNotifier notifier, JobQueue jobs, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var replay = Guid.CreateVersion7();
                if (await connection.QuerySingleOrDefaultAsync<Place>(Sql.Find, new { jobId }) is { } place)
                {
                    await jobs.EnsureRoomAsync(connection, place.OrganizationId, place.Queue);
                }

                var result = await connection.QuerySingleAsync<Result>(Sql.Replay, new { jobId, replay });
                if (result is { Outcome: "queued", OrganizationId: { } organization, Queue: { } queue })
                {
                    await connection.ExecuteAsync(Sql.Audit, new { organization, target = jobId.ToString() });
                    Db.AfterCommit(connection, () => notifier.AnnounceJob(queue, organization, replay));
                }

                return (replay, result.Outcome);
            },
            cancellationToken);

    private sealed record Place(Guid OrganizationId, string Queue);

    private sealed record Result(string Outcome, Guid? OrganizationId, string? Queue);

    private static class Sql
    {
        // What would be refused anyway is told as what it is, and not that there is no room.
        public const string Find = """
            SELECT organization_id AS "OrganizationId", queue AS "Queue" FROM jobs
            WHERE id = (SELECT app.visible_job(@jobId::uuid)) AND state = 'dead_letter' AND organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member')))
              AND NOT EXISTS (SELECT FROM jobs AS again WHERE again.organization_id = jobs.organization_id AND again.replay_of = jobs.id)
            """;

        public const string Replay = """
            SELECT outcome AS "Outcome", organization_id AS "OrganizationId", queue AS "Queue" FROM app.replay_job(@jobId::uuid, @replay::uuid)
            """;

        public const string Audit = "SELECT app.write_audit(@organization::uuid, 'job.retried', @target, '{}')";
    }
}
