using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads the phases of a Travis build that are written out; what a language implies is not guessed.</summary>
internal static class TravisConfiguration
{
    private static readonly string[] Phases = ["before_install", "install", "before_script", "script"];

    public static IReadOnlyList<CiStep> Read(SnapshotFile file, DataNode root)
    {
        var rows = (root.At("jobs", "include") ?? root.At("matrix", "include"))?.Items ?? [];
        return
        [
            .. Steps(file, "build", root),
            .. rows.SelectMany((row, index) => Steps(file, row["name"]?.Text ?? $"build-{index + 1}", row)),
        ];
    }

    private static IEnumerable<CiStep> Steps(SnapshotFile file, string job, DataNode node) =>
        Phases.SelectMany(phase => CiScript.Steps(file, job, node[phase]));
}
