using System.Globalization;
using System.Text;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Scoring;

namespace AutoDevOps.Analyzer.Reports;

/// <summary>A report for people, to paste into an issue or a wiki.</summary>
public static class MarkdownReport
{
    public static void Write(AnalysisResult result, Stream output)
    {
        var text = new StringBuilder();
        WriteScores(result.Scores, text);
        foreach (var rule in result.Findings.GroupBy(finding => finding.Rule.Id)
            .OrderByDescending(rule => rule.Max(finding => finding.Severity))
            .ThenBy(rule => rule.Key, StringComparer.Ordinal))
        {
            WriteRule([.. rule], text);
        }

        var skipped = string.Join(", ", result.Coverage.Skipped.Select(skip => $"{skip.Count} {ReportNames.Spoken(skip.Reason)}"));
        text.Append(CultureInfo.InvariantCulture, $"{result.Coverage.Read} of {result.Coverage.Files} {(result.Coverage.Files == 1 ? "file was" : "files were")} read{(skipped.Length > 0 ? $" (skipped: {skipped})" : "")}.\n");
        foreach (var diagnostic in result.Diagnostics)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {Escape(diagnostic.Path)} {Escape(diagnostic.Message)}\n");
        }

        output.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static void WriteScores(ScoreCard scores, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# Analysis: {(scores.Overall is { } overall ? $"{overall} of 100" : "not assessed")}\n\n");
        text.Append("| category | score | lost to |\n|---|---|---|\n");
        foreach (var category in scores.Categories)
        {
            var reasons = category.Lost.Where(lost => lost.Points > 0)
                .GroupBy(lost => lost.Finding.Rule.Name)
                .OrderByDescending(rule => rule.Sum(lost => lost.Points))
                .ThenBy(rule => rule.Key, StringComparer.Ordinal)
                .Select(rule => string.Create(CultureInfo.InvariantCulture, $"{rule.Key} {rule.Sum(lost => lost.Points):0.#}"));
            text.Append(CultureInfo.InvariantCulture, $"| {ReportNames.Of(category.Category)} | {category.Value?.ToString(CultureInfo.InvariantCulture) ?? "not assessed"} | {string.Join(", ", reasons)} |\n");
        }

        text.Append('\n');
    }

    private static void WriteRule(List<Finding> findings, StringBuilder text)
    {
        var rule = findings[0].Rule;
        text.Append(CultureInfo.InvariantCulture, $"## {ReportNames.Of(findings.Max(finding => finding.Severity))}: {rule.Name} ({rule.Id})\n\n{Escape(rule.Why)} {Escape(rule.Remedy)}\n\n");
        foreach (var finding in findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {(finding.Location.Path.Length > 0 ? $"{Escape(finding.Location.ToString())}: " : "")}{Escape(finding.Message)}\n");
        }

        text.Append('\n');
    }

    /// <summary>Text from a repository is shown, never interpreted: neither as Markdown nor as HTML nor as a mention.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            switch (character)
            {
                case '+' or '-' or '.' when IsMarkOfAList(text, index):
                    escaped.Append('\\').Append(character);
                    break;

                // Addresses become links by themselves.
                case ':' when text.AsSpan(index).StartsWith("://"):
                    escaped.Append("&#58;");
                    break;
                case '.' when index >= 3 && text.AsSpan(index - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase):
                    escaped.Append("&#46;");
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '@':
                    escaped.Append("&#64;");
                    break;
                case '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '(' or ')' or '#' or '!' or '|' or '~' or '>':
                    escaped.Append('\\').Append(character);
                    break;
                default:
                    escaped.Append(Printable.IsHidden(character) ? '\uFFFD' : character);
                    break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>At the start, after nothing but digits: <c>1.</c>, <c>-</c>, <c>+</c>.</summary>
    private static bool IsMarkOfAList(string text, int index) => text.AsSpan(0, index).IndexOfAnyExceptInRange('0', '9') < 0 && (index > 0) == (text[index] == '.');
}
