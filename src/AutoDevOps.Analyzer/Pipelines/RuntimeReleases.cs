namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Which versions of a runtime are out: dated data, as old as the <see cref="ActionCatalog"/>.</summary>
internal static class RuntimeReleases
{
    /// <summary>The newest minor version of Python that is released: 3.15 comes in October 2026.</summary>
    private const int NewestPython = 14;

    /// <summary>Whether a version is still being prepared, as far as that is known here.</summary>
    public static bool IsPrerelease(string runtime, string version) =>
        runtime == Detectors.Ecosystems.Python
        && version.Split('.') is ["3", var minor, ..] && int.TryParse(minor, out var number) && number > NewestPython;
}
