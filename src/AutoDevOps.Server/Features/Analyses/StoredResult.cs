using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Scoring;
using AutoDevOps.Server.Ui;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Makes of what is stored the result that it was stored from, so that the server's reports and the terminal's have one writer.</summary>
internal static class StoredResult
{
    private static readonly Dictionary<string, RuleDescriptor> Rules =
        RuleCatalog.All.ToDictionary(rule => rule.Descriptor.Id, rule => rule.Descriptor, StringComparer.Ordinal);

    private static readonly Dictionary<string, Category> Categories = Enum.GetValues<Category>().ToDictionary(ReportNames.Of, StringComparer.Ordinal);
    private static readonly Dictionary<string, Severity> Severities = Enum.GetValues<Severity>().ToDictionary(ReportNames.Of, StringComparer.Ordinal);
    private static readonly Dictionary<string, FindingState> States = Enum.GetValues<FindingState>().ToDictionary(ReportNames.Of, StringComparer.Ordinal);
    private static readonly Dictionary<string, FileKind> Kinds = Enum.GetValues<FileKind>().ToDictionary(ReportNames.Of, StringComparer.Ordinal);

    /// <summary>A finding without what no report shows.</summary>
    /// <param name="Fix">JSON.</param>
    public sealed record Row(
        string RuleId, string RuleName, string Category, string Severity, double Confidence, double Points, string Path, int StartLine, int EndLine,
        int StartColumn, int EndColumn, string Message, string Fingerprint, string State, string? Fix)
    {
        /// <summary>For a SELECT from findings.</summary>
        /// <inheritdoc cref="FindingRow.Columns" path="/remarks"/>
        public const string Columns = """
            rule_id AS ruleid, rule_name AS rulename, category, severity, confidence::text::float8 AS confidence, points::text::float8 AS points, path,
            start_line AS startline, end_line AS endline, start_column AS startcolumn, end_column AS endcolumn, message, fingerprint, state, fix
            """;
    }

    /// <summary>Everything but the model, which no report of an analysis shows.</summary>
    /// <param name="analysis">Has a result.</param>
    /// <param name="rows">In any order.</param>
    public static AnalysisResult Rebuild(ReadAnalysis.Analysis analysis, IEnumerable<Row> rows)
    {
        var points = rows.Select(row => new LostPoints(Finding(row), row.Points)).ToList();
        var scores = (Stored.Read<StoredScores>(analysis.Scores) ?? new StoredScores(null, null, null, null, null, null)).Categories().ToDictionary(StringComparer.Ordinal);
        var coverage = Stored.Read<StoredCoverage>(analysis.Coverage) ?? new StoredCoverage(0, 0, null);
        return new AnalysisResult(
            RepositoryModel.Empty,
            [.. points.Select(lost => lost.Finding).ByPlace()],
            new ScoreCard(analysis.Overall, [.. Categories.Select(category => new CategoryScore(
                category.Value,
                scores.GetValueOrDefault(category.Key),
                [.. points.Where(lost => lost.Points > 0 && lost.Finding.Rule.Category == category.Value).OrderByDescending(lost => lost.Points)]))]),
            new Coverage(coverage.Files, coverage.Read, [.. (coverage.Skipped ?? []).Select(skipped => new Skipped(Kinds[skipped.Reason], skipped.Count))]),
            [.. Stored.ReadList<StoredDiagnostic>(analysis.Diagnostics).Select(diagnostic => new Diagnostic(diagnostic.Path, diagnostic.Line, diagnostic.Message))]);
    }

    private static Finding Finding(Row row) =>
        new(Rule(row), new Location(row.Path, row.StartLine, row.EndLine, row.StartColumn, row.EndColumn), row.Message, row.Confidence)
        {
            Fingerprint = row.Fingerprint,
            Severity = Severities[row.Severity],
            State = States[row.State],
            Fix = Stored.Read<StoredFix>(row.Fix) is { } fix ? new Fix(fix.Description, fix.Path, fix.Edits ?? []) : null,
        };

    /// <summary>What the catalog says of the rule, under the name and category that it had; of a rule that is gone, what the row knows.</summary>
    private static RuleDescriptor Rule(Row row) =>
        Rules.GetValueOrDefault(row.RuleId) is { } known
            ? known with { Name = row.RuleName, Category = Categories[row.Category] }
            : new RuleDescriptor(
                row.RuleId, row.RuleName, Categories[row.Category], Severities[row.Severity],
                What: $"The rule `{row.RuleName}` of an earlier version.",
                Why: "This version of AutoDevOps does not have the rule any more.",
                Remedy: "Analyse again: what still matters is found by other rules.")
            {
                Confidence = row.Confidence,
            };
}
