using System.Globalization;
using System.Text;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Reports;

/// <summary>GitHub's workflow commands, which a runner turns into annotations.</summary>
public static class GitHubAnnotations
{
    public static void Write(AnalysisResult result, Stream output)
    {
        var text = new StringBuilder();
        foreach (var finding in result.Findings)
        {
            var level = finding.Severity switch
            {
                >= Severity.High => "error",
                Severity.Medium => "warning",
                _ => "notice",
            };
            var place = finding.Location.Path.Length > 0 ? $"file={Property(finding.Location.Path)}," : "";
            var line = finding.Location.StartLine > 0 ? string.Create(CultureInfo.InvariantCulture, $"line={finding.Location.StartLine},endLine={finding.Location.EndLine},") : "";
            text.Append(CultureInfo.InvariantCulture, $"::{level} {place}{line}title={Property($"{finding.Rule.Id} {finding.Rule.Name}")}::{Message(finding.Message)}\n");
        }

        output.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <remarks>The runner understands escapes of its own; a log is looked at in terminals too, which must not obey the rest.</remarks>
    private static string Message(string text) =>
        string.Concat(text.Select(character => character is not ('\r' or '\n') && Printable.IsHidden(character) ? '\uFFFD' : character))
            .Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Message(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
