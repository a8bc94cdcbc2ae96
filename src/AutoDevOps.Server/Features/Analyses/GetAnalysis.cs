using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Jobs;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Shows one analysis: how far it is, then what it established and why the scores are what they are.</summary>
public static class GetAnalysis
{
    /// <summary>More causes of lost points than this of a category are summed up.</summary>
    private const int MaxLost = 20;

    private const int MaxDiagnostics = 500;

    /// <param name="Failure">Why there is no result.</param>
    /// <param name="RuleSet">Names the rules that ran: scores of different rule sets are not compared.</param>
    /// <param name="Job">Null when it is no longer kept.</param>
    /// <param name="DiagnosticCount">Of all of them, of which the first 500 are here.</param>
    /// <param name="PullRequest">The number of the pull request whose head was examined; its baseline is the default branch.</param>
    /// <param name="Published">What GitHub was told; null when nobody has told it anything.</param>
    public sealed record Response(
        Guid Id, Guid RepositoryId, string Repository, string Kind, string? Ref, string? CommitSha, bool IsDirty, string? Failure, string? RuleSet,
        Work? Job, Scored? Scores, Counts Findings, BaselineOf? Baseline, StoredModel? Model, StoredCoverage? Coverage,
        IReadOnlyList<StoredDiagnostic> Diagnostics, int DiagnosticCount, Times Timing, int? PullRequest, PublishedResponse? Published);

    /// <param name="Stage">What it does now: <c>read</c>, <c>detect</c>, <c>rules</c> or <c>scores</c>; null before the first.</param>
    /// <param name="Done">Of <paramref name="Total"/>, in this stage.</param>
    public sealed record Work(Guid Id, string State, int Attempt, int MaxAttempts, string? Error, string? Stage, int? Done, int? Total);

    /// <param name="Overall">0 to 100: the weighted mean of what was assessed; null when nothing was.</param>
    public sealed record Scored(int? Overall, IReadOnlyList<CategoryScore> Categories);

    /// <param name="Score">0 to 100; null when no rule of the category had anything to look at.</param>
    /// <param name="LostPoints">What all findings together took off; the score stops at 0.</param>
    /// <param name="Lost">The findings that took the most.</param>
    /// <param name="FurtherFindings">How many more took something off.</param>
    public sealed record CategoryScore(string Category, int? Score, double LostPoints, IReadOnlyList<LostTo> Lost, int FurtherFindings);

    /// <param name="State">As it is now: what was suppressed since then has taken its points, and takes none in the next analysis.</param>
    public sealed record LostTo(Guid FindingId, string RuleId, string Severity, string State, string Message, string Path, int StartLine, double Points);

    /// <param name="Open">New and existing ones, by severity.</param>
    public sealed record Counts(BySeverity Open, ByState States);

    public sealed record BySeverity(int Critical, int High, int Medium, int Low, int Info);

    public sealed record ByState(int New, int Existing, int Fixed, int Suppressed);

    /// <summary>The analysis before, that this one was compared with.</summary>
    public sealed record BaselineOf(Guid Id, string? CommitSha, int? Overall, DateTime FinishedAt);

    /// <param name="DurationMs">From the first file read to the last score.</param>
    public sealed record Times(DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt, int? DurationMs, int? Files, long? Bytes);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/analysis/{analysisId:guid}", HandleAsync).WithName(nameof(GetAnalysis)).WithTags("analysis").WithEntityTag();

    internal static async Task<Results<Ok<Response>, NotFound>> HandleAsync(Guid analysisId, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var answer = await db.InTransactionAsync(
            user.Caller,
            async connection => await ReadAnalysis.FindAsync(connection, analysisId, cancellationToken) is { } analysis
                ? Answer(
                    analysis,
                    await JobProgress.ReadAsync(connection, analysis.JobId, cancellationToken),
                    await ReadAnalysis.FacetsAsync(connection, analysisId, cancellationToken),
                    await MoreAsync(connection, analysisId, cancellationToken) with { Published = await ReadPublished.FindAsync(connection, analysisId, cancellationToken) })
                : null,
            cancellationToken);
        return answer is null ? TypedResults.NotFound() : TypedResults.Ok(answer);
    }

    private static Response Answer(ReadAnalysis.Analysis analysis, JobProgress? job, List<ReadAnalysis.Facet> facets, More more)
    {
        var diagnostics = Stored.ReadList<StoredDiagnostic>(analysis.Diagnostics);
        int Open(string severity) => facets.Where(facet => facet.Severity == severity && facet.State is "new" or "existing").Sum(facet => facet.Count);
        int In(string state) => facets.Where(facet => facet.State == state).Sum(facet => facet.Count);
        return new Response(
            analysis.Id, analysis.RepositoryId, analysis.Repository, analysis.Kind, analysis.Ref, analysis.CommitSha, analysis.IsDirty, analysis.Failure, analysis.RuleSet,
            job is null ? null : new Work(analysis.JobId, job.State, job.Attempt, job.MaxAttempts, job.Error, job.Stage, job.Done, job.Total),
            Scores(analysis, more.Lost),
            new Counts(
                new BySeverity(Open("critical"), Open("high"), Open("medium"), Open("low"), Open("info")),
                new ByState(In("new"), In("existing"), In("fixed"), In("suppressed"))),
            more.Baseline,
            Stored.Read<StoredModel>(analysis.Model), Stored.Read<StoredCoverage>(analysis.Coverage), [.. diagnostics.Take(MaxDiagnostics)], diagnostics.Count,
            new Times(analysis.CreatedAt, more.StartedAt, analysis.FinishedAt, analysis.DurationMs, analysis.Files, analysis.Bytes),
            analysis.PullRequest, PublishedResponse.Of(more.Published));
    }

    private static Scored? Scores(ReadAnalysis.Analysis analysis, IReadOnlyList<Loss> lost) =>
        Stored.Read<StoredScores>(analysis.Scores) is not { } card ? null : new Scored(
            card.Overall,
            [.. card.Categories().Select(category =>
            {
                var mine = lost.Where(loss => loss.Category == category.Category).ToList();
                return new CategoryScore(
                    category.Category, category.Value, mine is [var first, ..] ? Math.Round(first.Total, 2) : 0,
                    [.. mine.Select(loss => new LostTo(loss.Id, loss.RuleId, loss.Severity, loss.State, loss.Message, loss.Path, loss.StartLine, loss.Points))],
                    mine is [var one, ..] ? one.Count - mine.Count : 0);
            })]);

    private static async Task<More> MoreAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var reader = await connection.QueryMultipleAsync(
            new CommandDefinition(Sql.Lost + Sql.Baseline + Sql.Started, new { id, most = MaxLost }, cancellationToken: cancellationToken));
        return new More(
            (await reader.ReadAsync<Loss>()).AsList(), await reader.ReadSingleOrDefaultAsync<BaselineOf>(), await reader.ReadSingleOrDefaultAsync<DateTime?>(), null);
    }

    private sealed record More(IReadOnlyList<Loss> Lost, BaselineOf? Baseline, DateTime? StartedAt, PublishedRow? Published);

    /// <param name="Total">Of the whole category.</param>
    /// <param name="Count">Of the whole category.</param>
    internal sealed record Loss(
        Guid Id, string Category, string RuleId, string Severity, string State, string Message, string Path, int StartLine, double Points, double Total, int Count);

    private static class Sql
    {
        public const string Lost = """
            SELECT id, category, rule_id AS ruleid, severity, state, message, path, start_line AS startline, points::text::float8 AS points, total, count FROM (
                SELECT f.*, row_number() OVER (PARTITION BY f.category ORDER BY f.points DESC, f.id) AS place,
                       sum(f.points::float8) OVER (PARTITION BY f.category) AS total, (count(*) OVER (PARTITION BY f.category))::int AS count
                FROM analyses AS a JOIN findings AS f ON f.organization_id = a.organization_id AND f.analysis_id = a.id
                WHERE a.id = @id::uuid AND f.points > 0) AS ranked
            WHERE place <= @most ORDER BY category, place;
            """;

        public const string Baseline = """
            SELECT b.id, b.commit_sha AS commitsha, b.overall::int AS overall, b.finished_at AS finishedat
            FROM analyses AS a JOIN analyses AS b ON b.organization_id = a.organization_id AND b.id = a.baseline_id
            WHERE a.id = @id::uuid;
            """;

        public const string Started = """
            SELECT j.started_at FROM analyses AS a JOIN jobs AS j ON j.organization_id = a.organization_id AND j.id = a.job_id
            WHERE a.id = @id::uuid;
            """;
    }
}
