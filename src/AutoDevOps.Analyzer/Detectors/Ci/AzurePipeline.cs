using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads the steps of an Azure pipeline wherever they stand: at the top, in jobs, in stages, under a condition.</summary>
internal static class AzurePipeline
{
    public static IReadOnlyList<CiStep> Read(SnapshotFile file, DataNode root)
    {
        var steps = new List<CiStep>();
        Walk(file, root, "steps", steps);
        return steps;
    }

    private static void Walk(SnapshotFile file, DataNode node, string job, List<CiStep> steps)
    {
        var name = node["job"]?.Text ?? node["deployment"]?.Text ?? job;
        if (Step(file, name, node) is { } found)
        {
            steps.AddRange(found);
            return;
        }

        foreach (var item in node.Items)
        {
            Walk(file, item, name, steps);
        }

        foreach (var (_, value) in node.Entries)
        {
            Walk(file, value, name, steps);
        }
    }

    private static IEnumerable<CiStep>? Step(SnapshotFile file, string job, DataNode node)
    {
        var script = node["script"] ?? node["bash"] ?? node["pwsh"] ?? node["powershell"];
        if (script is { Kind: NodeKind.Scalar })
        {
            var folder = node["workingDirectory"]?.Text?.Replace("$(Build.SourcesDirectory)", ".", StringComparison.OrdinalIgnoreCase)
                .Replace("$(System.DefaultWorkingDirectory)", ".", StringComparison.OrdinalIgnoreCase) ?? "";
            return RepositoryPath.Combine("", folder) is { } where ? CiScript.Steps(file, job, script, where) : [];
        }

        if (node["task"] is not { Text: { } task } place)
        {
            return null;
        }

        var inputs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in node["inputs"]?.Entries ?? [])
        {
            if (key.Text is { } name && value.Text is { } text)
            {
                inputs[name] = text;
            }
        }

        return [new CiStep(job, null, task, ".", place.Line) { With = inputs }];
    }
}
