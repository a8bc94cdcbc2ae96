using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads the phases of a Travis build that are written out; what a language implies is not guessed.</summary>
internal static class TravisConfiguration
{
    private static readonly string[] Phases = ["before_install", "install", "before_script", "script"];

    private static readonly (string Key, string Runtime)[] Languages =
        [("node_js", "node"), ("python", "python"), ("rvm", "ruby"), ("ruby", "ruby"), ("go", "go"), ("php", "php"), ("jdk", "java"), ("rust", "rust"), ("dotnet", "dotnet"), ("elixir", "elixir"), ("dart", "dart")];

    public static IReadOnlyList<CiStep> Read(SnapshotFile file, DataNode root)
    {
        var rows = (root.At("jobs", "include") ?? root.At("matrix", "include"))?.Items ?? [];
        return
        [
            .. Steps(file, "build", root),
            .. rows.SelectMany((row, index) => Steps(file, row["name"]?.Text ?? $"build-{index + 1}", row)),
        ];
    }

    /// <summary>The keys under which a language's versions stand, at the top and in the rows of the matrix.</summary>
    public static IEnumerable<CiRuntime> Runtimes(DataNode root)
    {
        var rows = (root.At("jobs", "include") ?? root.At("matrix", "include"))?.Items ?? [];
        foreach (var (key, name) in Languages)
        {
            var stated = rows.Prepend(root).Select(node => node[key]).OfType<DataNode>().ToList();
            var versions = stated.SelectMany(node => node.ScalarOrItems()).Select(node => node.Text!.Replace("openjdk", "", StringComparison.Ordinal).Replace("oraclejdk", "", StringComparison.Ordinal)).ToList();
            if (CiRuntimes.Versions(versions) is { Count: > 0 } known)
            {
                yield return new("build", name, known, stated[0].Line);
            }
        }
    }

    private static IEnumerable<CiStep> Steps(SnapshotFile file, string job, DataNode node) =>
        Phases.SelectMany(phase => CiScript.Steps(file, job, node[phase]));
}
