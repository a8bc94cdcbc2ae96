using System.Globalization;
using System.Text;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Ui;
using AutoDevOps.Server.Ui.Text;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>What a check, or a commit status, says of an analysis.</summary>
/// <param name="site">Where people see us.</param>
internal sealed class CheckSummary(PublishResults.Subject subject, Uri site)
{
    private const int MaxStatus = 140;
    private const int MaxTitle = 255;
    private const int MaxListed = 20;

    private static readonly string[] Severities = ["critical", "high", "medium", "low", "info"];

    private readonly ReadAnalysis.Analysis _analysis = subject.Analysis;

    /// <summary>One for each kind of analysis: they look at other things.</summary>
    public string Name => _analysis.Kind == "full" ? "AutoDevOps" : $"AutoDevOps: {Words.Kind(_analysis.Kind)}";

    public string Context => _analysis.Kind == "full" ? "autodevops" : $"autodevops/{_analysis.Kind}";

    public string Page => new Uri(site, $"/analyses/{_analysis.Id}").AbsoluteUri;

    /// <summary>Only what came with the commit fails a check, and only what is severe.</summary>
    public string Conclusion => !_analysis.HasResult || (_analysis.BaselineId is null && Severe > 0) ? "neutral" : Severe > 0 ? "failure" : "success";

    /// <summary>The same for statuses, which have nothing neutral.</summary>
    public string Status => !_analysis.HasResult ? "error" : Conclusion == "failure" ? "failure" : "success";

    public string Title => Printable.Cut(Line, MaxTitle);

    /// <summary>In one line, as statuses have it.</summary>
    public string Line => Printable.Cut(
        !_analysis.HasResult ? $"Could not be analysed. {Printable.Visible(_analysis.Failure ?? "")}"
        : string.Create(CultureInfo.InvariantCulture, $"{(_analysis.Overall is { } overall ? $"{overall} of 100" : "Not assessed")}, {News()}"),
        MaxStatus);

    public string Markdown
    {
        get
        {
            var text = new StringBuilder();
            if (_analysis.HasResult)
            {
                Write(text);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"This commit could not be analysed, so nothing is said about it: {GitHubMarkdown.Prose(_analysis.Failure ?? "")}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"\n[Everything about this analysis]({Page})\n");
            return text.Length <= GitHubMarkdown.MaxText ? text.ToString() : Printable.Cut(text.ToString(), GitHubMarkdown.MaxText);
        }
    }

    private int Severe => Count("new", "critical") + Count("new", "high");

    /// <summary>For what is new, the most important first.</summary>
    public IReadOnlyList<object> Annotations() => [.. subject.New.Take(PublishResults.MaxAnnotations).Select(Annotation)];

    private static object Annotation(FindingRow finding)
    {
        var (start, end) = (Math.Max(1, finding.StartLine), Math.Max(Math.Max(1, finding.StartLine), finding.EndLine));
        var hasColumns = start == end && finding.StartColumn > 0 && finding.EndColumn > 0;
        return new
        {
            path = finding.Path,
            start_line = start,
            end_line = end,
            start_column = hasColumns ? finding.StartColumn : (int?)null,
            end_column = hasColumns ? finding.EndColumn : (int?)null,
            annotation_level = finding.Severity is "critical" or "high" ? "failure" : finding.Severity == "medium" ? "warning" : "notice",
            title = Printable.Cut($"{finding.RuleId} {finding.RuleName}", MaxTitle),
            message = Printable.Cut(Printable.Visible(finding.Message), 4000),
            raw_details = finding.Rule?.Remedy,
        };
    }

    private void Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"**{(_analysis.Overall is { } overall ? $"{overall} of 100" : "Not assessed")}**: {News()}.\n\n| severity | new | there before | fixed |\n|---|--:|--:|--:|\n");
        foreach (var severity in Severities)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {severity} | {Count("new", severity)} | {Count("existing", severity)} | {Count("fixed", severity)} |\n");
        }

        if (Stored.Read<StoredScores>(_analysis.Scores) is { } scores)
        {
            text.Append("\n| category | score |\n|---|--:|\n");
            foreach (var (category, value) in scores.Categories())
            {
                text.Append(CultureInfo.InvariantCulture, $"| {Words.Category(category)} | {value?.ToString(CultureInfo.InvariantCulture) ?? "not assessed"} |\n");
            }
        }

        if (subject.New.Count > 0)
        {
            text.Append("\n### New, the most important first\n");
        }

        foreach (var finding in subject.New.Take(MaxListed))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {finding.Severity}: [{GitHubMarkdown.Code(finding.Place)}]({new Uri(site, $"/findings/{finding.Id}").AbsoluteUri}) {GitHubMarkdown.Prose(finding.Message, 300)}\n");
        }

        var count = Count("new");
        if (count > MaxListed)
        {
            text.Append(CultureInfo.InvariantCulture, $"- and {count - Math.Min(MaxListed, subject.New.Count)} more\n");
        }
    }

    private string News() =>
        _analysis.BaselineId is null ? $"{Words.Count(Count("new"), "finding")}, and nothing before to compare with"
        : Count("new") == 0 ? $"nothing new{(Count("fixed") is > 0 and var mended ? $", {mended} fixed" : "")}"
        : string.Create(CultureInfo.InvariantCulture, $"{Words.Count(Count("new"), "new finding")}{(Severe > 0 ? $", {Severe} of them high or critical" : "")}");

    private int Count(string state, string? severity = null) =>
        subject.Facets.Where(facet => facet.State == state && (severity is null || facet.Severity == severity)).Sum(facet => facet.Count);
}
