using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Has a repository analysed again and again, by the clock. A repository has one schedule or none.</summary>
public static class ScheduleAnalyses
{
    /// <summary>What the menu sends for a schedule that it cannot say, such as one by another clock.</summary>
    internal const string AsItIs = "as it is";

    /// <param name="Cron">Minute, hour, day of the month, month, day of the week; such as <c>0 5 * * 1</c>. At least 15 minutes apart.</param>
    /// <param name="TimeZone">An IANA name, such as <c>Europe/Berlin</c>; by its clock.</param>
    public sealed record Request(
        [property: JsonRequired, StringLength(100, MinimumLength = 1)] string Cron,
        [property: StringLength(60, MinimumLength = 1)] string TimeZone = "UTC",
        AnalysisKind Kind = AnalysisKind.Full);

    /// <param name="NextAt">Null when there is no next time.</param>
    /// <param name="LastAt">The last time that an analysis was due; null when there was none yet.</param>
    public sealed record Response(string Cron, string TimeZone, string Kind, DateTime? NextAt, DateTime? LastAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Address = "/repositories/{repositoryId:guid}/schedule";
        routes.MapGet(Address, GetAsync).WithName("GetSchedule").WithTags("repositories").WithEntityTag();
        routes.MapPut(Address, PutAsync).WithName("PutSchedule").WithTags("repositories");
        routes.MapDelete(Address, DeleteAsync).WithName("DeleteSchedule").WithTags("repositories");
    }

    /// <summary>The menu of the page: the field <c>cron</c>, empty for never, <see cref="AsItIs"/> for no change.</summary>
    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/repositories/{repositoryId:guid}/schedule", SubmitAsync);

    internal static async Task<Results<Ok<Response>, NotFound>> GetAsync(
        Guid repositoryId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        (await db.QueryAsync<Response>(user.Caller, Sql.Find, new { repositoryId }, cancellationToken)).SingleOrDefault() is { } found
            ? TypedResults.Ok(found)
            : TypedResults.NotFound();

    internal static async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> PutAsync(
        Guid repositoryId, Request request, CurrentUser user, Db db, TimeProvider time, CancellationToken cancellationToken)
    {
        var (times, problem) = CronTimes.Read(request.Cron, request.TimeZone, time.GetUtcNow().UtcDateTime);
        if (times is null)
        {
            return TypedResults.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        }

        Response? saved = null;
        var refusal = await ChangeAsync(repositoryId, "repository.scheduled", user, db, async (connection, repository) =>
            saved = await connection.QuerySingleAsync<Response>(Sql.Upsert, new
            {
                id = Guid.CreateVersion7(),
                repository.OrganizationId,
                repositoryId,
                request.Cron,
                request.TimeZone,
                kind = StartAnalysis.Name(request.Kind),
                // By the clock that the ticks go by: after a tick that was just made, not that one again.
                next = times.NextAfter(repository.At),
                userId = user.Id,
            }), cancellationToken);
        return refusal is not null ? refusal : saved is not null ? TypedResults.Ok(saved) : TypedResults.NotFound();
    }

    internal static async Task<Results<NoContent, NotFound, ProblemHttpResult>> DeleteAsync(
        Guid repositoryId, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var isThere = false;
        var refusal = await ChangeAsync(repositoryId, "repository.unscheduled", user, db, async (connection, _) =>
        {
            isThere = true;
            await connection.ExecuteAsync(Sql.Delete, new { repositoryId });
        }, cancellationToken);
        return refusal is not null ? refusal : isThere ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    internal static async Task<IResult> SubmitAsync(
        Guid repositoryId, HttpRequest form, CurrentUser user, Db db, TimeProvider time, CancellationToken cancellationToken)
    {
        var cron = (await form.ReadFormAsync(cancellationToken))["cron"].ToString().Trim();
        if (cron.Length > 100)
        {
            return TypedResults.Problem("cron must have at most 100 characters.", statusCode: StatusCodes.Status400BadRequest);
        }

        if (cron == AsItIs)
        {
            return new SeeOther($"/repositories/{repositoryId}");
        }

        IResult answer = cron.Length == 0
            ? (await DeleteAsync(repositoryId, user, db, cancellationToken)).Result
            : (await PutAsync(repositoryId, new Request(cron), user, db, time, cancellationToken)).Result;
        return answer is NoContent or Ok<Response> ? new SeeOther($"/repositories/{repositoryId}") : answer;
    }

    /// <summary>Changes the schedule of a repository that this person sees, in one transaction with its line in the audit log.</summary>
    /// <returns>Why not; null when it was changed, and also when there is no such repository: then the change was not called.</returns>
    private static Task<ProblemHttpResult?> ChangeAsync(
        Guid repositoryId, string action, CurrentUser user, Db db, Func<NpgsqlConnection, Repository, Task> change, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                if (await connection.QuerySingleOrDefaultAsync<Repository>(Sql.FindRepository, new { repositoryId }) is not { } repository)
                {
                    return null;
                }

                if (!repository.MayWrite)
                {
                    return TypedResults.Problem("Viewers of an organization start nothing: ask a member.", statusCode: StatusCodes.Status403Forbidden);
                }

                await change(connection, repository);
                await connection.ExecuteAsync(Sql.Audit, new { repository.OrganizationId, action, target = repositoryId.ToString() });
                return null;
            },
            cancellationToken);

    private sealed record Repository(Guid OrganizationId, bool MayWrite, DateTime At);

    private static class Sql
    {
        private const string Columns = """cron AS "Cron", time_zone AS "TimeZone", kind AS "Kind", next_at AS "NextAt", last_at AS "LastAt" """;

        public const string FindRepository = """
            SELECT organization_id AS "OrganizationId", organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS "MayWrite",
                   app.now() AS "At"
            FROM repositories WHERE id = @repositoryId::uuid AND disconnected_at IS NULL
            """;

        public const string Find = $"SELECT {Columns} FROM schedules WHERE repository_id = @repositoryId::uuid";

        public const string Upsert = $"""
            INSERT INTO schedules (id, organization_id, repository_id, cron, time_zone, kind, next_at, requested_by)
            VALUES (@id, @OrganizationId, @repositoryId, @Cron, @TimeZone, @kind, @next::timestamptz, @userId)
            ON CONFLICT (organization_id, repository_id) DO UPDATE
                SET cron = excluded.cron, time_zone = excluded.time_zone, kind = excluded.kind, next_at = excluded.next_at, requested_by = excluded.requested_by
            RETURNING {Columns}
            """;

        public const string Delete = "DELETE FROM schedules WHERE repository_id = @repositoryId::uuid";

        public const string Audit = "SELECT app.write_audit(@OrganizationId::uuid, @action, @target, '{}')";
    }
}
