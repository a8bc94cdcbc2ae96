using System.ComponentModel.DataAnnotations;
using System.Globalization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Decides that a finding may stay, or that it counts again. It holds for the repository, by fingerprint: in every later analysis,
/// until the day that was given.</summary>
/// <remarks>The states of findings change at once: in the analysis somebody looks at, and in those that are the newest of their kind. Scores
/// stay what they were when they were computed, and follow with the next analysis.</remarks>
public static class SuppressFinding
{
    private const int MaxReason = 1000;

    /// <param name="Reason">For whoever comes after you.</param>
    /// <param name="Until">The day, in UTC, from which it counts again; else never.</param>
    public sealed record Request([property: Required, StringLength(MaxReason, MinimumLength = 1)] string Reason, DateOnly? Until = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/findings/{findingId:guid}/suppress", SuppressAsync).WithName(nameof(SuppressFinding)).WithTags("findings");
        routes.MapDelete("/findings/{findingId:guid}/suppress", UnsuppressAsync).WithName("UnsuppressFinding").WithTags("findings");
    }

    public static void MapForms(IEndpointRouteBuilder forms)
    {
        forms.MapPost("/findings/{findingId:guid}/suppress", SubmitSuppressAsync);
        forms.MapPost("/findings/{findingId:guid}/unsuppress", SubmitUnsuppressAsync);
    }

    internal static async Task<Results<Ok<FindingResponse>, NotFound, ProblemHttpResult>> SuppressAsync(
        Guid findingId, Request request, CurrentUser user, Db db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Error(request, time) is { } error)
        {
            return TypedResults.Problem(error, statusCode: StatusCodes.Status400BadRequest);
        }

        var (found, problem) = await ChangeAsync(findingId, request, user, db, cancellationToken);
        return problem is not null ? problem : found is null ? TypedResults.NotFound() : TypedResults.Ok(found.Response);
    }

    internal static async Task<Results<NoContent, NotFound, ProblemHttpResult>> UnsuppressAsync(
        Guid findingId, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var (found, problem) = await ChangeAsync(findingId, null, user, db, cancellationToken);
        return problem is not null ? problem : found is null ? TypedResults.NotFound() : TypedResults.NoContent();
    }

    internal static async Task<IResult> SubmitSuppressAsync(
        Guid findingId, HttpRequest form, CurrentUser user, Db db, TimeProvider time, CancellationToken cancellationToken)
    {
        var fields = await form.ReadFormAsync(cancellationToken);
        DateOnly? until = null;
        if (fields["until"].ToString().Trim() is { Length: > 0 } text)
        {
            if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return TypedResults.Problem($"until ({text}) must be a day such as 2030-12-31. Leave it empty to suppress for good.", statusCode: StatusCodes.Status400BadRequest);
            }

            until = day;
        }

        var request = new Request(fields["reason"].ToString(), until);
        if (Error(request, time) is { } error)
        {
            return TypedResults.Problem(error, statusCode: StatusCodes.Status400BadRequest);
        }

        return await AnswerAsync(findingId, request, user, db, cancellationToken);
    }

    internal static Task<IResult> SubmitUnsuppressAsync(Guid findingId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        AnswerAsync(findingId, null, user, db, cancellationToken);

    private static async Task<IResult> AnswerAsync(Guid findingId, Request? request, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var (found, problem) = await ChangeAsync(findingId, request, user, db, cancellationToken);
        return problem is not null ? problem : found is null ? TypedResults.NotFound() : new SeeOther($"/findings/{findingId}");
    }

    private static string? Error(Request request, TimeProvider time)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Trim().Length > MaxReason
            ? $"reason must say why the finding may stay, in 1 to {MaxReason} characters."
            : request.Until <= today
                ? string.Create(CultureInfo.InvariantCulture, $"until ({request.Until:yyyy-MM-dd}) must be after today, {today:yyyy-MM-dd} in UTC. Leave it out to suppress for good.")
                : null;
    }

    /// <param name="request">Null: the finding counts again.</param>
    /// <returns>The finding as it is now, or null when there is none for this person; or why not.</returns>
    private static Task<(ReadFinding.Result? Found, ProblemHttpResult? Problem)> ChangeAsync(
        Guid findingId, Request? request, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        db.InTransactionAsync<(ReadFinding.Result?, ProblemHttpResult?)>(
            user.Caller,
            async connection =>
            {
                var target = await connection.QuerySingleOrDefaultAsync<Target>(Sql.Find, new { findingId });
                if (target is null)
                {
                    return (null, null);
                }

                if (!target.MayWrite)
                {
                    return (null, TypedResults.Problem("Viewers of an organization suppress nothing: ask a member.", statusCode: StatusCodes.Status403Forbidden));
                }

                if (request is not null && target.State == "fixed")
                {
                    return (null, TypedResults.Problem("This finding is fixed: there is nothing left to suppress.", statusCode: StatusCodes.Status409Conflict));
                }

                // An analysis that is being written has read what is suppressed: its findings must be there before they are changed.
                await connection.ExecuteAsync(Sql.Lock, target);
                await (request is null ? DeleteAsync(connection, findingId, target) : WriteAsync(connection, findingId, target, request, user.Id));
                return (await ReadFinding.FindAsync(connection, findingId, cancellationToken), null);
            },
            cancellationToken);

    private static async Task WriteAsync(NpgsqlConnection connection, Guid findingId, Target target, Request request, Guid userId)
    {
        var reason = StoredJson.Clean(request.Reason.Trim());
        var expires = request.Until?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var changed = await connection.ExecuteAsync(
            Sql.Suppress, new { target.OrganizationId, target.RepositoryId, target.Fingerprint, reason, expires, userId });
        await connection.ExecuteAsync(Sql.MarkSuppressed, target);
        if (changed > 0)
        {
            await AuditAsync(connection, "finding.suppressed", findingId, target, new { target.RuleId, target.Fingerprint, reason, request.Until });
        }
    }

    private static async Task DeleteAsync(NpgsqlConnection connection, Guid findingId, Target target)
    {
        var changed = await connection.ExecuteAsync(Sql.Unsuppress, target);
        await connection.ExecuteAsync(Sql.MarkOpen, target);
        if (changed > 0)
        {
            await AuditAsync(connection, "finding.unsuppressed", findingId, target, new { target.RuleId, target.Fingerprint });
        }
    }

    private static Task<int> AuditAsync(NpgsqlConnection connection, string action, Guid findingId, Target target, object detail) =>
        connection.ExecuteAsync(Sql.Audit, new { target.OrganizationId, action, target = findingId.ToString(), detail = StoredJson.Write(detail) });

    internal sealed record Target(Guid OrganizationId, Guid RepositoryId, Guid AnalysisId, string RuleId, string Fingerprint, string State, bool MayWrite);

    private static class Sql
    {
        public const string Find = """
            SELECT organization_id AS "OrganizationId", repository_id AS "RepositoryId", analysis_id AS "AnalysisId", rule_id AS "RuleId",
                   fingerprint AS "Fingerprint", state AS "State",
                   organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS "MayWrite"
            FROM findings WHERE id = @findingId::uuid
            """;

        public const string Lock = "SELECT FROM repositories WHERE organization_id = @OrganizationId AND id = @RepositoryId FOR NO KEY UPDATE";

        // The same again changes nothing, so that sending it twice is one entry in the audit log.
        public const string Suppress = """
            INSERT INTO suppressions (organization_id, repository_id, fingerprint, reason, expires_at, created_by)
            VALUES (@OrganizationId, @RepositoryId, @Fingerprint, @reason, @expires::timestamptz, @userId)
            ON CONFLICT (organization_id, repository_id, fingerprint) DO UPDATE
                SET reason = excluded.reason, expires_at = excluded.expires_at, created_by = excluded.created_by, created_at = now()
                WHERE (suppressions.reason, suppressions.expires_at) IS DISTINCT FROM (excluded.reason, excluded.expires_at)
            """;

        public const string Unsuppress = """
            DELETE FROM suppressions
            WHERE organization_id = @OrganizationId AND repository_id = @RepositoryId AND fingerprint = @Fingerprint
            """;

        // What people see as the present: the analysis they came from, and the newest of each kind and ref.
        private const string Shown = """
            SELECT @AnalysisId::uuid
            UNION
            (SELECT DISTINCT ON (kind, ref) id FROM analyses
             WHERE organization_id = @OrganizationId AND repository_id = @RepositoryId AND finished_at IS NOT NULL AND failure IS NULL
             ORDER BY kind, ref, id DESC)
            """;

        public const string MarkSuppressed = $"""
            UPDATE findings SET state = 'suppressed'
            WHERE organization_id = @OrganizationId AND analysis_id IN ({Shown}) AND fingerprint = @Fingerprint AND state IN ('new', 'existing')
            """;

        public const string MarkOpen = $"""
            UPDATE findings AS f
            SET state = CASE
                WHEN EXISTS (
                    SELECT FROM findings AS earlier
                    WHERE earlier.organization_id = f.organization_id AND earlier.analysis_id = a.baseline_id
                      AND earlier.fingerprint = f.fingerprint AND earlier.state <> 'fixed') THEN 'existing'
                ELSE 'new'
            END
            FROM analyses AS a
            WHERE a.organization_id = f.organization_id AND a.id = f.analysis_id
              AND f.organization_id = @OrganizationId AND f.analysis_id IN ({Shown}) AND f.fingerprint = @Fingerprint AND f.state = 'suppressed'
            """;

        public const string Audit = "SELECT app.write_audit(@OrganizationId::uuid, @action, @target, @detail::jsonb)";
    }
}
