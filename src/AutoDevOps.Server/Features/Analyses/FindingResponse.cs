using AutoDevOps.Server.Features.Proposals;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>A finding as the API shows it.</summary>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Points">What it took off its category's score.</param>
/// <param name="Path">Relative to the root of the repository, with <c>/</c>; empty when it is about the repository as a whole.</param>
/// <param name="StartLine">From 1; 0 when it is about the whole file.</param>
/// <param name="EndLine">The last line of it.</param>
/// <param name="StartColumn">From 1; 0 when it is about whole lines.</param>
/// <param name="EndColumn">The column after it; 0 when it is about whole lines.</param>
/// <param name="Fingerprint">The same in every analysis, also when its lines move.</param>
/// <param name="State"><c>new</c>, <c>existing</c>, <c>fixed</c> or <c>suppressed</c>.</param>
/// <param name="Fixable">Whether there is a fix to ask for.</param>
/// <param name="Suppression">Why it does not count, when it is suppressed.</param>
/// <param name="Excerpt">Only in the answer about one finding.</param>
/// <param name="Rule">Only in the answer about one finding; null also for a rule that this version no longer has.</param>
/// <param name="PullRequest">Only in the answer about one finding: the one for its rule and file; null also when nobody has asked for it.</param>
public sealed record FindingResponse(
    Guid Id,
    Guid AnalysisId,
    Guid RepositoryId,
    string RuleId,
    string RuleName,
    string Category,
    string Severity,
    double Confidence,
    double Points,
    string Path,
    int StartLine,
    int EndLine,
    int StartColumn,
    int EndColumn,
    string Message,
    string Fingerprint,
    string State,
    bool Fixable,
    FindingResponse.SuppressedFor? Suppression,
    FindingResponse.Lines? Excerpt = null,
    FindingResponse.About? Rule = null,
    ProposalResponse? PullRequest = null)
{
    /// <param name="Until">The day, in UTC, from which it counts again; null for never.</param>
    public sealed record SuppressedFor(string Reason, DateOnly? Until);

    /// <param name="FirstLine">The number of the first line of the text.</param>
    public sealed record Lines(string Text, int FirstLine);

    /// <param name="Equivalents">The same rule in other tools.</param>
    public sealed record About(string What, string Why, string Remedy, IReadOnlyList<string> Equivalents, IReadOnlyList<string> References);

    internal static FindingResponse Of(FindingRow row) => new(
        row.Id, row.AnalysisId, row.RepositoryId, row.RuleId, row.RuleName, row.Category, row.Severity, row.Confidence, row.Points,
        row.Path, row.StartLine, row.EndLine, row.StartColumn, row.EndColumn, row.Message, row.Fingerprint, row.State, row.Fix is not null,
        row.State == "suppressed" && row.SuppressionReason is { } reason
            ? new SuppressedFor(reason, row.SuppressedUntil is { } until ? DateOnly.FromDateTime(until) : null)
            : null);

    internal static FindingResponse Whole(FindingRow row) => Of(row) with
    {
        Excerpt = row.Excerpt is { } text ? new Lines(text, row.ExcerptLine ?? 1) : null,
        Rule = row.Rule is { } rule ? new About(rule.What, rule.Why, rule.Remedy, rule.Equivalents, rule.References) : null,
    };
}
