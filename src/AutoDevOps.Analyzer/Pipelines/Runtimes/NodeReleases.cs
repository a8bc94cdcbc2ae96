namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>The names of Node's releases with long-term support, by which a version file may call them: <c>lts/iron</c>.</summary>
internal static class NodeReleases
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["argon"] = "4",
        ["boron"] = "6",
        ["carbon"] = "8",
        ["dubnium"] = "10",
        ["erbium"] = "12",
        ["fermium"] = "14",
        ["gallium"] = "16",
        ["hydrogen"] = "18",
        ["iron"] = "20",
        ["jod"] = "22",
        ["krypton"] = "24",
    };

    /// <summary>The major version of <c>lts/name</c>, or null.</summary>
    public static string? OfName(string version) =>
        version.StartsWith("lts/", StringComparison.Ordinal) ? Names.GetValueOrDefault(version["lts/".Length..]) : null;
}
