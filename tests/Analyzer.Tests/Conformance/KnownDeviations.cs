namespace AutoDevOps.Analyzer.Tests.Conformance;

/// <summary>Why a case does not pass, by set and name: read, judged, and meant or at least understood.</summary>
internal static class KnownDeviations
{
    private static readonly (string Set, string Prefix, string Reason)[] All =
    [
    ];

    /// <summary>The reason, or null.</summary>
    public static string? Reason(ConformanceSet set, ConformanceCase item) =>
        Array.Find(All, known => known.Set == set.Name && item.Name.StartsWith(known.Prefix, StringComparison.Ordinal)).Reason;
}
