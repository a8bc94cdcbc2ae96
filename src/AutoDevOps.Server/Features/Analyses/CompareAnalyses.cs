using System.ComponentModel.DataAnnotations;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Compares an analysis with another of the same repository: what is new in it, what is fixed, what both have.</summary>
public static class CompareAnalyses
{
    private const int MaxLimit = 500;

    private static readonly Dictionary<string, Part> Parts =
        Enum.GetValues<Part>().ToDictionary(part => part.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Which findings are listed.</summary>
    private enum Part
    {
        New,
        Fixed,
        Common,
    }

    /// <param name="Analysis">The one asked about.</param>
    /// <param name="Other">The one it is compared with.</param>
    /// <param name="Categories">What both looked at; nothing else is compared.</param>
    /// <param name="SameRules">Whether the same rules ran; if not, findings may be new because a rule is.</param>
    /// <param name="Findings">One page of the part that was asked for; what is fixed is shown as the other analysis found it.</param>
    public sealed record Response(
        Side Analysis, Side Other, IReadOnlyList<string> Categories, bool SameRules, IReadOnlyList<ScoreChange> Scores, Counts Counts, Page<FindingResponse> Findings);

    public sealed record Side(Guid Id, string Kind, string? Ref, string? CommitSha, DateTime FinishedAt);

    /// <param name="Category">Or <c>overall</c>.</param>
    /// <param name="Change">Positive is better; null when one of them was not assessed.</param>
    public sealed record ScoreChange(string Category, int? Score, int? OtherScore, int? Change);

    public sealed record Counts(int New, int Fixed, int Common);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/analysis/{analysisId:guid}/compare/{otherId:guid}", HandleAsync).WithName(nameof(CompareAnalyses)).WithTags("analysis").WithEntityTag();

    /// <param name="part"><c>new</c> (if left out), <c>fixed</c> or <c>common</c>.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    internal static async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid analysisId, Guid otherId, CurrentUser user, Db db, CancellationToken cancellationToken,
        string? part = null, string? after = null, [Range(1, MaxLimit)] int limit = 100)
    {
        if (!Parts.TryGetValue(part ?? "new", out var asked))
        {
            return TypedResults.Problem($"part ({part}) must be one of {string.Join(", ", Parts.Keys)}.", statusCode: StatusCodes.Status400BadRequest);
        }

        if (FindingCursor.Error(after) is { } error)
        {
            return TypedResults.Problem(error, statusCode: StatusCodes.Status400BadRequest);
        }

        var (answer, problem) = await db.InTransactionAsync<(Response?, string?)>(
            user.Caller,
            async connection =>
            {
                var analysis = await ReadAnalysis.FindAsync(connection, analysisId, cancellationToken);
                var other = await ReadAnalysis.FindAsync(connection, otherId, cancellationToken);
                if (analysis is null || other is null)
                {
                    return (null, null);
                }

                return Reason(analysis, other) is { } reason
                    ? (null, reason)
                    : (await CompareAsync(connection, analysis, other, asked, FindingCursor.Parse(after), limit, cancellationToken), null);
            },
            cancellationToken);
        return answer is not null ? TypedResults.Ok(answer)
            : problem is not null ? TypedResults.Problem(problem, statusCode: StatusCodes.Status409Conflict)
            : TypedResults.NotFound();
    }

    private static string? Reason(ReadAnalysis.Analysis analysis, ReadAnalysis.Analysis other) =>
        analysis.RepositoryId != other.RepositoryId ? $"The two are of different repositories: {analysis.Repository} and {other.Repository}. Compare two of one."
        : !analysis.HasResult || !other.HasResult ? $"The analysis {(analysis.HasResult ? other.Id : analysis.Id)} has no result: it is not finished, or it failed. Choose another."
        : Common(analysis, other).Length == 0 ? $"An analysis of the kind {analysis.Kind} and one of the kind {other.Kind} looked at nothing in common. Compare with a full one."
        : null;

    /// <summary>The categories that both looked at.</summary>
    private static string[] Common(ReadAnalysis.Analysis analysis, ReadAnalysis.Analysis other) =>
        [.. Enum.GetValues<Category>().Where(category => Of(analysis).Contains(category) && Of(other).Contains(category)).Select(ReportNames.Of)];

    private static IReadOnlySet<Category> Of(ReadAnalysis.Analysis analysis) =>
        RunAnalysis.Options(analysis.Kind).Categories ?? Enum.GetValues<Category>().ToHashSet();

    private static async Task<Response> CompareAsync(
        NpgsqlConnection connection, ReadAnalysis.Analysis analysis, ReadAnalysis.Analysis other, Part part, FindingCursor? after, int limit, CancellationToken cancellationToken)
    {
        var categories = Common(analysis, other);
        var counts = await connection.QuerySingleAsync<Counts>(new CommandDefinition(
            Sql.Counts, new { analysis.OrganizationId, analysisId = analysis.Id, otherId = other.Id, categories }, cancellationToken: cancellationToken));
        var rows = (await connection.QueryAsync<FindingRow>(new CommandDefinition(
            Sql.Page,
            new
            {
                analysis.OrganizationId,
                listed = part == Part.Fixed ? other.Id : analysis.Id,
                against = part == Part.Fixed ? analysis.Id : other.Id,
                inBoth = part == Part.Common,
                categories,
                afterRank = after?.Rank,
                afterId = after?.Id,
                take = limit + 1,
            },
            cancellationToken: cancellationToken))).AsList();
        return new Response(
            Describe(analysis), Describe(other), categories, analysis.RuleSet == other.RuleSet, Scores(analysis, other, categories), counts, ListFindings.Page(rows, limit));
    }

    private static Side Describe(ReadAnalysis.Analysis analysis) =>
        new(analysis.Id, analysis.Kind, analysis.Ref, analysis.CommitSha, analysis.FinishedAt!.Value);

    private static List<ScoreChange> Scores(ReadAnalysis.Analysis analysis, ReadAnalysis.Analysis other, string[] categories)
    {
        var (mine, theirs) = (Stored.Read<StoredScores>(analysis.Scores)!, Stored.Read<StoredScores>(other.Scores)!);
        var changes = mine.Categories().Zip(theirs.Categories(), (a, b) => Change(a.Category, a.Value, b.Value)).Where(change => categories.Contains(change.Category));
        // Of different kinds, the means are of different things.
        return [.. analysis.Kind == other.Kind ? changes.Prepend(Change("overall", mine.Overall, theirs.Overall)) : changes];
    }

    private static ScoreChange Change(string category, int? score, int? other) => new(category, score, other, score - other);

    private static class Sql
    {
        public const string Counts = """
            SELECT count(*) FILTER (WHERE here AND NOT there)::int AS "New", count(*) FILTER (WHERE there AND NOT here)::int AS "Fixed",
                   count(*) FILTER (WHERE here AND there)::int AS "Common"
            FROM (
                SELECT bool_or(analysis_id = @analysisId::uuid) AS here, bool_or(analysis_id = @otherId::uuid) AS there
                FROM findings
                WHERE organization_id = @OrganizationId AND analysis_id IN (@analysisId::uuid, @otherId::uuid)
                  AND category = ANY (@categories) AND state <> 'fixed'
                GROUP BY fingerprint) AS each
            """;

        public const string Page = $"""
            SELECT {FindingRow.Columns}
            {FindingRow.Source}
            WHERE f.organization_id = @OrganizationId AND f.analysis_id = @listed::uuid AND f.category = ANY (@categories) AND f.state <> 'fixed'
              AND @inBoth::boolean = (f.fingerprint IN (
                SELECT fingerprint FROM findings WHERE organization_id = @OrganizationId AND analysis_id = @against::uuid AND state <> 'fixed'))
              AND (@afterId::uuid IS NULL OR f.severity_rank < @afterRank::int OR (f.severity_rank = @afterRank::int AND f.id > @afterId::uuid))
            ORDER BY f.severity_rank DESC, f.id
            LIMIT @take
            """;
    }
}
