using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads the steps of an Azure pipeline wherever they stand: at the top, in jobs, in stages, under a condition.</summary>
internal static class AzurePipeline
{
    public static IReadOnlyList<CiStep> Read(SnapshotFile file, DataNode root)
    {
        var steps = new List<CiStep>();
        Walk(file, root, "steps", CiVariables.None, steps);
        return steps;
    }

    /// <summary>The images that jobs run in, at the top or of a job.</summary>
    public static IEnumerable<CiRuntime> Containers(SnapshotFile file, DataNode root)
    {
        var jobs = (root["jobs"]?.Items ?? []).Concat((root["stages"]?.Items ?? []).SelectMany(stage => stage["jobs"]?.Items ?? []));
        var whole = Own(root, CiVariables.None);
        foreach (var job in jobs.Prepend(root))
        {
            if (job["container"] is { } container && (container["image"] ?? container) is { Text: { } image } node)
            {
                var variables = job == root ? whole : Own(job, whole);
                if (RuntimeImages.Runtime(job["job"]?.Text ?? "steps", variables.Resolve(image), node.Line) is { } runtime)
                {
                    yield return runtime;
                }
            }
        }
    }

    /// <summary>What <c>$(name)</c> stands for in a job: its matrix, its variables, and those around it.</summary>
    private static CiVariables Own(DataNode node, CiVariables around)
    {
        var own = new CiVariables("$(", ")", around);
        foreach (var variable in (node["variables"]?.Items ?? []).Where(item => item["name"]?.Text is not null))
        {
            own.Add(variable["name"]!.Text!, variable["value"]);
        }

        own.AddAll(node["variables"]);
        foreach (var (_, row) in node.At("strategy", "matrix")?.Entries ?? [])
        {
            own.AddAll(row);
        }

        return own;
    }

    private static void Walk(SnapshotFile file, DataNode node, string job, CiVariables variables, List<CiStep> steps)
    {
        var name = node["job"]?.Text ?? node["deployment"]?.Text ?? job;
        variables = node["strategy"] is null && node["variables"] is null ? variables : Own(node, variables);
        if (Step(file, name, node, variables) is { } found)
        {
            steps.AddRange(found);
            return;
        }

        foreach (var item in node.Items)
        {
            Walk(file, item, name, variables, steps);
        }

        foreach (var (_, value) in node.Entries)
        {
            Walk(file, value, name, variables, steps);
        }
    }

    private static IEnumerable<CiStep>? Step(SnapshotFile file, string job, DataNode node, CiVariables variables)
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
                inputs[name] = string.Join('\n', variables.Resolve(text));
            }
        }

        return [new CiStep(job, null, task, ".", place.Line) { With = inputs }];
    }
}
