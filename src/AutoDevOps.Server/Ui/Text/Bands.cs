namespace AutoDevOps.Server.Ui.Text;

/// <summary>A word and a colour for a score; the word is always shown where the colour is.</summary>
internal static class Bands
{
    public static string Name(int? score) => score switch
    {
        null => "none",
        >= 90 => "excellent",
        >= 75 => "good",
        >= 60 => "fair",
        >= 40 => "poor",
        _ => "critical",
    };

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
