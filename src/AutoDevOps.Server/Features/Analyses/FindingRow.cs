using System.Globalization;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Server.Ui;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>A finding as it is stored.</summary>
/// <param name="Points">What it takes off its category's score.</param>
/// <param name="ExcerptLine">The number of the excerpt's first line.</param>
/// <param name="Fix">JSON.</param>
public sealed record FindingRow(
    Guid Id, Guid AnalysisId, Guid RepositoryId, string RuleId, string RuleName, string Category, string Severity, int Rank, double Confidence, double Points,
    string Path, int StartLine, int EndLine, int StartColumn, int EndColumn, string Message, string Fingerprint, string State, string? Excerpt, int? ExcerptLine,
    string? Fix, string? SuppressionReason, DateTime? SuppressedUntil)
{
    /// <summary>For a SELECT from findings AS f left-joined with suppressions AS s.</summary>
    /// <remarks>Numbers kept as <c>real</c> are read by way of text: widened, 0.95 would be 0.949999988079071.</remarks>
    public const string Columns = """
        f.id, f.analysis_id AS analysisid, f.repository_id AS repositoryid, f.rule_id AS ruleid, f.rule_name AS rulename, f.category, f.severity,
        f.severity_rank::int AS rank, f.confidence::text::float8 AS confidence, f.points::text::float8 AS points, f.path, f.start_line AS startline,
        f.end_line AS endline, f.start_column AS startcolumn, f.end_column AS endcolumn, f.message, f.fingerprint, f.state, f.excerpt,
        f.excerpt_line AS excerptline, f.fix, s.reason AS suppressionreason, s.expires_at AS suppresseduntil
        """;

    public const string Source = """
        FROM findings AS f
        LEFT JOIN suppressions AS s
            ON s.organization_id = f.organization_id AND s.repository_id = f.repository_id AND s.fingerprint = f.fingerprint
        """;

    private static readonly Dictionary<string, RuleDescriptor> Rules =
        RuleCatalog.All.ToDictionary(rule => rule.Descriptor.Id, rule => rule.Descriptor, StringComparer.Ordinal);

    /// <summary>What the rule says of itself; null for a rule that this version no longer has.</summary>
    public RuleDescriptor? Rule => Rules.GetValueOrDefault(RuleId);

    public StoredFix? Patch => Stored.Read<StoredFix>(Fix);

    public string Place => Path.Length == 0 ? "the whole repository" : StartLine > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Path}:{StartLine}") : Path;
}
