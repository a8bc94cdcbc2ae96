using System.Globalization;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Which findings of an analysis are wanted; null is all. Unknown words match nothing.</summary>
/// <param name="State"><c>new existing fixed suppressed all</c>; null: those that are open.</param>
/// <param name="Path">A part of the path, in any case.</param>
internal sealed record FindingFilter(string? Category, string? Severity, string? State, string? Path, string? Rule)
{
    private static readonly string[] Categories = [.. Enum.GetValues<Category>().Select(ReportNames.Of)];
    private static readonly string[] Severities = [.. Enum.GetValues<Severity>().Select(ReportNames.Of)];
    private static readonly string[] States = [.. Enum.GetValues<FindingState>().Select(ReportNames.Of), "all"];

    public bool IsEmpty => Category is null && Severity is null && State is null && Path is null && Rule is null;

    public static FindingFilter Of(string? category, string? severity, string? state, string? path, string? rule) =>
        new(Given(category), Given(severity), Given(state), Given(path), Given(rule));

    /// <summary>Which word matches nothing, and which would; null when all are known.</summary>
    public string? Error() =>
        Unknown("category", Category, Categories) ?? Unknown("severity", Severity, Severities) ?? Unknown("state", State, States);

    private static string? Unknown(string name, string? value, string[] known) =>
        value is null || known.Contains(value) ? null : $"{name} ({value}) must be one of {string.Join(", ", known)}.";

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : StoredJson.Clean(value.Trim());
}

/// <summary>The place of a finding in the order of a list: the worst first, then by id.</summary>
internal readonly record struct FindingCursor(int Rank, Guid Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rank}-{Id:N}");

    /// <summary>What is wrong with the text, for whoever sent it; null when nothing is.</summary>
    public static string? Error(string? text) =>
        text is null || Parse(text) is not null ? null : $"after ({text}) must be the next of the page before; leave it out to get the first page.";

    /// <summary>Null for what is no cursor: a list then begins at its beginning.</summary>
    public static FindingCursor? Parse(string? text) =>
        text is [var rank and >= '0' and <= '4', '-', .. var id] && Guid.TryParseExact(id, "N", out var parsed) ? new FindingCursor(rank - '0', parsed) : null;
}
