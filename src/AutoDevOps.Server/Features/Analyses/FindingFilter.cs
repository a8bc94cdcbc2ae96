using System.Globalization;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Which findings of an analysis are wanted; null is all. Unknown words match nothing.</summary>
/// <param name="State"><c>new existing fixed suppressed</c>; null: those that are open.</param>
/// <param name="Path">A part of the path, in any case.</param>
internal sealed record FindingFilter(string? Category, string? Severity, string? State, string? Path, string? Rule)
{
    public bool IsEmpty => Category is null && Severity is null && State is null && Path is null && Rule is null;

    public static FindingFilter Of(string? category, string? severity, string? state, string? path, string? rule) =>
        new(Given(category), Given(severity), Given(state), Given(path), Given(rule));

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}

/// <summary>The place of a finding in the order of a list: the worst first, then by id.</summary>
internal readonly record struct FindingCursor(int Rank, Guid Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rank}-{Id:N}");

    /// <summary>Null for what is no cursor: a list then begins at its beginning.</summary>
    public static FindingCursor? Parse(string? text) =>
        text is [var rank and >= '0' and <= '4', '-', .. var id] && Guid.TryParseExact(id, "N", out var parsed) ? new FindingCursor(rank - '0', parsed) : null;
}
