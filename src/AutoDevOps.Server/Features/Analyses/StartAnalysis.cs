using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Which rules an analysis runs; <c>full</c> is all of them.</summary>
public enum AnalysisKind
{
    Full,
    Security,
    Performance,
    CiCd,
}

/// <summary>Queues an analysis of a connected repository. While one of the same kind and ref waits or runs, it is that one.</summary>
public static partial class StartAnalysis
{
    private const int MaxRef = 255;

    // The rules of git check-ref-format, but for fewer characters: no part is empty or begins with a dot, no two dots stand together, none is the last.
    private const string RefPattern = @"^[A-Za-z0-9_][A-Za-z0-9_+-]*(\.[A-Za-z0-9_+-]+)*(\.?/[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*)*$";

    internal static readonly IReadOnlyDictionary<string, AnalysisKind> Kinds = Enum.GetValues<AnalysisKind>().ToDictionary(Name, StringComparer.Ordinal);

    /// <param name="Ref">A branch, tag or commit of a git repository; a folder is analysed as it is.</param>
    public sealed record Request(
        [property: JsonRequired] Guid RepositoryId,
        AnalysisKind Kind = AnalysisKind.Full,
        [property: StringLength(MaxRef, MinimumLength = 1), RegularExpression(RefPattern, MatchTimeoutInMilliseconds = 1000)] string? Ref = null);

    public sealed record Response(Guid AnalysisId, Guid JobId);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/analysis", HandleAsync).WithName(nameof(StartAnalysis)).WithTags("analysis");

    /// <summary>The button of the pages: the field <c>kind</c>, full if it is left out, and <c>ref</c>.</summary>
    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/repositories/{repositoryId:guid}/analyse", SubmitAsync);

    internal static async Task<Results<Accepted<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Request request, CurrentUser user, Db db, JobQueue jobs,
        [FromHeader(Name = IdempotencyKey.Header), StringLength(IdempotencyKey.MaxLength)] string? idempotencyKey,
        CancellationToken cancellationToken)
    {
        // The pattern lets through what only a part of a name can be wrong with.
        if (request.Ref is { } reference && !IsReference(reference))
        {
            return TypedResults.Problem(NoReference(reference), statusCode: StatusCodes.Status400BadRequest);
        }

        var (answer, problem) = await StartAsync(request, user, db, jobs, idempotencyKey, cancellationToken);
        return answer is not null ? TypedResults.Accepted($"/api/v1/analysis/{answer.AnalysisId}", answer)
            : problem is not null ? TypedResults.Problem(problem, statusCode: StatusCodes.Status422UnprocessableEntity)
            : TypedResults.NotFound();
    }

    internal static async Task<IResult> SubmitAsync(
        Guid repositoryId, HttpRequest form, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var fields = await form.ReadFormAsync(cancellationToken);
        var (kind, reference) = (fields["kind"].ToString(), fields["ref"].ToString());
        if (kind.Length > 0 && !Kinds.ContainsKey(kind))
        {
            return TypedResults.Problem($"kind ({kind}) must be one of {string.Join(", ", Kinds.Keys)}.", statusCode: StatusCodes.Status400BadRequest);
        }

        if (reference.Length > 0 && !IsReference(reference))
        {
            return TypedResults.Problem(NoReference(reference), statusCode: StatusCodes.Status400BadRequest);
        }

        var request = new Request(repositoryId, Kinds.GetValueOrDefault(kind), reference.Length == 0 ? null : reference);
        var (answer, problem) = await StartAsync(request, user, db, jobs, idempotencyKey: null, cancellationToken);
        return answer is not null ? new SeeOther($"/analyses/{answer.AnalysisId}")
            : problem is not null ? TypedResults.Problem(problem, statusCode: StatusCodes.Status422UnprocessableEntity)
            : TypedResults.NotFound();
    }

    private static string NoReference(string reference) =>
        $"ref ({reference}) must be the name of a branch or tag, as git allows it, or a commit, of at most {MaxRef} characters.";

    /// <returns>What was queued; or why it cannot be; or neither, when there is no such repository for this person.</returns>
    private static Task<(Response? Answer, string? Problem)> StartAsync(
        Request request, CurrentUser user, Db db, JobQueue jobs, string? idempotencyKey, CancellationToken cancellationToken) =>
        db.InTransactionAsync<(Response?, string?)>(
            user.Caller,
            async connection =>
            {
                var repository = await connection.QuerySingleOrDefaultAsync<Repository>(Sql.FindRepository, new { request.RepositoryId });
                if (repository is null)
                {
                    return (null, null);
                }

                if (request.Ref is not null && repository.Source == "local")
                {
                    return (null, "A folder is analysed as it is: leave ref out.");
                }

                // The default branch by its name is what no name is.
                request = request.Ref is not null && request.Ref == repository.DefaultBranch ? request with { Ref = null } : request;
                var (made, conflict) = await IdempotencyKey.OnceAsync(
                    connection, repository.OrganizationId, user.Id, idempotencyKey, nameof(StartAnalysis), request,
                    () => QueueAsync(connection, jobs, repository.OrganizationId, user.Id, request));
                return (made, conflict ? IdempotencyKey.ConflictDetail : null);
            },
            cancellationToken);

    /// <summary>Queues it in the caller's transaction: the analysis and its job exist together or not at all.</summary>
    public static async Task<Response> QueueAsync(NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Guid? userId, Request request) =>
        (await QueueAsync(connection, jobs, organizationId, userId, request, pullRequest: null, hasChanged: false)).Analysis;

    /// <summary>Queues an analysis because the source has changed: one that waits will see the change, but one that runs may not, and is
    /// followed by one more. However many changes come meanwhile, that is one.</summary>
    /// <param name="pullRequest">The number of the pull request whose head the ref is.</param>
    /// <returns>The analysis that will see the change, and whether it was made for it.</returns>
    public static Task<(Response Analysis, bool IsNew)> QueueAfterChangeAsync(
        NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Request request, int? pullRequest = null) =>
        QueueAsync(connection, jobs, organizationId, null, request, pullRequest, hasChanged: true);

    private static async Task<(Response Analysis, bool IsNew)> QueueAsync(
        NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Guid? userId, Request request, int? pullRequest, bool hasChanged)
    {
        var kind = Name(request.Kind);
        // A ref may be longer than a key.
        var reference = request.Ref is null ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Ref)));
        var line = $"analysis:{request.RepositoryId:N}:{kind}:{reference}";
        var analysisId = Guid.CreateVersion7();
        for (var place = 0; ;)
        {
            var dedupeKey = place == 0 ? line : string.Create(CultureInfo.InvariantCulture, $"{line}:{place}");
            if (await jobs.EnqueueAsync(connection, organizationId, new RunAnalysis.Args(analysisId), dedupeKey, requestedBy: userId) is { } jobId)
            {
                await connection.ExecuteAsync(
                    Sql.Insert, new { analysisId, organizationId, request.RepositoryId, jobId, kind, request.Ref, userId, pullRequest });
                await connection.ExecuteAsync(Sql.Audit, new { organizationId, target = analysisId.ToString() });
                return (new Response(analysisId, jobId), true);
            }

            // The job that was in the way may have ended since; then there is room for ours.
            var unfinished = await connection.QuerySingleOrDefaultAsync<Unfinished>(Sql.FindUnfinished, new { organizationId, dedupeKey });
            if (unfinished is not null && !(hasChanged && unfinished.IsReading))
            {
                return (new Response(unfinished.AnalysisId, unfinished.JobId), false);
            }

            place += unfinished is null ? 0 : 1;
        }
    }

    /// <summary>Whether it can be asked for as <c>ref</c>.</summary>
    internal static bool IsReference(string reference) =>
        reference.Length <= MaxRef && Reference().IsMatch(reference) && !reference.Split('/').Any(part => part.EndsWith(".lock", StringComparison.Ordinal));

    internal static string Name(AnalysisKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    [GeneratedRegex(RefPattern, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    // Before it is processing, it has read nothing of the source.
    private sealed record Unfinished(Guid AnalysisId, Guid JobId, bool IsReading);

    internal sealed record Repository(Guid OrganizationId, string Source, string? DefaultBranch);

    private static class Sql
    {
        public const string FindRepository = """
            SELECT organization_id AS "OrganizationId", source AS "Source", default_branch AS "DefaultBranch"
            FROM repositories WHERE id = @RepositoryId::uuid AND disconnected_at IS NULL
            """;

        public const string Insert = """
            INSERT INTO analyses (id, organization_id, repository_id, job_id, kind, ref, requested_by, pull_request)
            VALUES (@analysisId, @organizationId, @RepositoryId, @jobId, @kind, @Ref, @userId::uuid, @pullRequest::integer)
            """;

        public const string FindUnfinished = """
            SELECT analyses.id AS "AnalysisId", jobs.id AS "JobId", jobs.state IN ('processing', 'ai_request') AS "IsReading"
            FROM jobs JOIN analyses ON analyses.organization_id = jobs.organization_id AND analyses.job_id = jobs.id
            WHERE jobs.organization_id = @organizationId AND jobs.dedupe_key = @dedupeKey
              AND jobs.state NOT IN ('completed', 'dead_letter', 'cancelled')
            """;

        public const string Audit = "SELECT app.write_audit(@organizationId::uuid, 'analysis.started', @target, '{}')";
    }
}
