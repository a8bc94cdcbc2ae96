using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Scoring;

namespace AutoDevOps.Server.Ui.Text;

/// <summary>A word and a colour for a score; the word is always there where the colour is.</summary>
internal static class Bands
{
    public static string Name(int? score) => score is { } value ? ReportNames.Of(Scorer.BandOf(value)) : "none";

    public static string Word(int? score) => score is null ? "Not assessed" : char.ToUpperInvariant(Name(score)[0]) + Name(score)[1..];

    public static string? BadgeClass(int? score) => Name(score) switch
    {
        "excellent" or "good" => "good",
        "fair" => "medium",
        "poor" => "high",
        "critical" => "critical",
        _ => null,
    };
}
