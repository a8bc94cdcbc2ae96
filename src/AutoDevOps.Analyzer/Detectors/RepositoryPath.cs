namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Arithmetic on paths relative to the repository's root. A folder is <c>""</c> inside detectors and <c>"."</c> in the model.</summary>
internal static class RepositoryPath
{
    /// <summary>A folder as the model names it.</summary>
    public static string ToModel(string folder) => folder.Length == 0 ? "." : folder;

    public static string FromModel(string path) => path == "." ? "" : path;

    /// <summary>Joins and removes <c>.</c> and <c>..</c>; null when the result would leave the repository or cannot be known
    /// (absolute, home, a variable).</summary>
    public static string? Combine(string folder, string relative)
    {
        relative = relative.Trim().Replace('\\', '/');
        if (relative.StartsWith('/') || relative.StartsWith('~') || relative.Contains('$') || relative.Contains(':'))
        {
            return null;
        }

        var parts = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    public static string File(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    public static string Parent(string folder)
    {
        var slash = folder.LastIndexOf('/');
        return slash < 0 ? "" : folder[..slash];
    }

    /// <summary>The folder and those around it, the innermost first, the root last.</summary>
    public static IEnumerable<string> Upwards(string folder)
    {
        for (; folder.Length > 0; folder = Parent(folder))
        {
            yield return folder;
        }

        yield return "";
    }

    public static bool IsWithin(string path, string folder) =>
        folder.Length == 0 || (path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/'));

    /// <summary>Whether a folder holds examples, fixtures or templates: files that look like a component and are none.</summary>
    public static bool IsSample(string folder) => folder.Split('/').Any(part => SampleFolders.Contains(part.Trim('_')) || part is "__tests__" || part.StartsWith("template-", StringComparison.Ordinal));

    private static readonly HashSet<string> SampleFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "fixture", "fixtures", "testdata", "test-data", "test_data", "mocks",
        "template", "templates", "example", "examples", "sample", "samples", "demo", "demos", "playground", "playgrounds",
        "node_modules", "vendor", "third_party", "snapshots", "boilerplate",
    };
}
