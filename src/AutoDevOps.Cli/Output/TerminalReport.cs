using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Scoring;

namespace AutoDevOps.Cli.Output;

/// <summary>A scan for people: findings by file, worst file first, then the scores with the reasons for what was lost.</summary>
internal static class TerminalReport
{
    private const int ReasonsShown = 5;

    public static void Write(AnalysisResult result, Terminal terminal)
    {
        var byFile = result.Findings
            .GroupBy(finding => finding.Location.Path)
            .OrderByDescending(file => file.Max(finding => finding.Severity))
            .ThenBy(file => file.Key, StringComparer.Ordinal);
        foreach (var file in byFile)
        {
            WriteFile(file.Key, file, terminal);
        }

        WriteNotes(result.Diagnostics, terminal);
        WriteScores(result.Scores, terminal);
        WriteTotals(result, terminal);
    }

    /// <summary>What could not be read or understood.</summary>
    public static void WriteNotes(IEnumerable<Diagnostic> diagnostics, Terminal terminal)
    {
        foreach (var diagnostic in diagnostics)
        {
            terminal.Line($"[yellow]note[/]  {Place(diagnostic)}{diagnostic.Message}");
        }
    }

    private static void WriteFile(string path, IEnumerable<Finding> findings, Terminal terminal)
    {
        terminal.Line($"[bold underline]{(path.Length == 0 ? "repository" : path)}[/]");
        foreach (var finding in findings)
        {
            var place = finding.Location switch
            {
                { StartLine: 0 } => "",
                { StartColumn: 0 } at => $"{at.StartLine}",
                var at => $"{at.StartLine}:{at.StartColumn}",
            };
            terminal.Line(
                $"  {place,7}  [{Terminal.ColorOf(finding.Severity)}]{Terminal.NameOf(finding.Severity),-8}[/]  {finding.Message}  [grey]{finding.Rule.Id} {finding.Rule.Name}[/]");
        }

        terminal.Line();
    }

    private static void WriteScores(ScoreCard scores, Terminal terminal)
    {
        terminal.Line($"[bold]Score {Value(scores.Overall)}[/]");
        foreach (var category in scores.Categories)
        {
            var reasons = category.Lost
                .Where(lost => lost.Points > 0)
                .GroupBy(lost => lost.Finding.Rule.Name)
                .Select(rule => (Name: rule.Key, Points: rule.Sum(lost => lost.Points), Count: rule.Count()))
                .OrderByDescending(rule => rule.Points)
                .ThenBy(rule => rule.Name, StringComparer.Ordinal)
                .ToList();
            var why = string.Join(", ", reasons.Take(ReasonsShown).Select(rule => $"{rule.Name}{(rule.Count > 1 ? $" x{rule.Count}" : "")} -{rule.Points:0.#}"));
            var more = reasons.Count > ReasonsShown ? $", {reasons.Count - ReasonsShown} more" : "";
            terminal.Line($"  {ReportNames.Of(category.Category),-13} {Value(category.Value),12}   [grey]{why}{more}[/]");
        }
    }

    private static void WriteTotals(AnalysisResult result, Terminal terminal)
    {
        terminal.Line();
        var counts = Enum.GetValues<Severity>().Reverse()
            .Select(severity => (severity, count: result.Findings.Count(finding => finding.Severity == severity)))
            .Where(pair => pair.count > 0)
            .Select(pair => $"{pair.count} {Terminal.NameOf(pair.severity)}");
        var skipped = string.Join(", ", result.Coverage.Skipped.Select(skip => $"{skip.Count} {ReportNames.Spoken(skip.Reason)}"));
        terminal.Line($"{Findings(result.Findings.Count)}{string.Join(", ", counts)}");
        terminal.Line($"[grey]{result.Coverage.Read} of {result.Coverage.Files} {(result.Coverage.Files == 1 ? "file" : "files")} read{(skipped.Length > 0 ? $"; skipped: {skipped}" : "")}[/]");
        if (result.Findings.Count > 0)
        {
            terminal.Line($"[grey]autodevops explain {result.Findings.MaxBy(finding => finding.Severity)!.Rule.Id} says why, and what to do[/]");
        }
    }

    private static string Findings(int count) => count switch
    {
        0 => "No findings.",
        1 => "1 finding: ",
        _ => $"{count} findings: ",
    };

    private static string Value(int? score) => score is { } value ? $"{value} {ReportNames.Of(Scorer.BandOf(value))}" : "not assessed";

    private static string Place(Diagnostic diagnostic) => diagnostic switch
    {
        { Path: "" } => "",
        { Line: 0 } => $"{diagnostic.Path}: ",
        _ => $"{diagnostic.Path}:{diagnostic.Line}: ",
    };
}
