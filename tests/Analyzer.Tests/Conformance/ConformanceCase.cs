namespace AutoDevOps.Analyzer.Tests.Conformance;

/// <summary>One case of a conformance set, and what became of it.</summary>
/// <param name="Name">Stable: the file, and within it the group or the number.</param>
/// <param name="Failure">What was expected and did not come, one line; null when it passed.</param>
internal sealed record ConformanceCase(string Name, string? Failure);

/// <summary>A set of cases that others wrote, as it stands in <c>Conformance/Data</c>.</summary>
internal sealed record ConformanceSet(string Name, string Origin, IReadOnlyList<ConformanceCase> Cases)
{
    public int Passed => Cases.Count(item => item.Failure is null);

    public static string Data { get; } = Path.Combine(Support.RepositoryRoot.Path, "tests", "Analyzer.Tests", "Conformance", "Data");

    /// <summary>The files of a folder below <see cref="Data"/> in the order of their names.</summary>
    public static IEnumerable<string> Files(params string[] folder) =>
        Directory.EnumerateFiles(Path.Combine([Data, .. folder]), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
