using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads what the jobs of a GitHub workflow, or the steps of a composite action, run.</summary>
internal static class GitHubWorkflow
{
    public static IReadOnlyList<CiStep> Read(SnapshotFile file, DataNode root)
    {
        var steps = new List<CiStep>();
        var folder = DefaultFolder(root, "") ?? "";
        foreach (var (key, job) in root["jobs"]?.Entries ?? [])
        {
            if (key.Text is not { } name || GitHubSystems.IsOff(job))
            {
                continue;
            }

            if (job["uses"] is { Text: { } called } uses)
            {
                steps.Add(new(name, null, called, ".", uses.Line));
            }

            var matrix = new MatrixValues(job.At("strategy", "matrix"));
            steps.AddRange(Steps(file, name, job["steps"], DefaultFolder(job, folder) ?? folder, matrix, new GitHubSystems(job, matrix)));
        }

        if (root.At("runs", "steps") is { } composite)
        {
            var none = new MatrixValues(null);
            steps.AddRange(Steps(file, "action", composite, "", none, new GitHubSystems(null, none)));
        }

        return steps;
    }

    private static IEnumerable<CiStep> Steps(SnapshotFile file, string job, DataNode? steps, string folder, MatrixValues matrix, GitHubSystems systems)
    {
        foreach (var step in (steps?.Items ?? []).Where(step => !GitHubSystems.IsOff(step)))
        {
            var isElsewhere = systems.IsElsewhere(step);
            var own = step["working-directory"]?.Text;
            var where = own is null ? folder : RepositoryPath.Combine("", matrix.ResolveSingle(own));
            if (step["run"] is { } run)
            {
                // A folder that is computed is not known; such a step says nothing about any component.
                foreach (var line in where is null ? [] : CiScript.Steps(file, job, run, where, matrix.ResolveAll))
                {
                    yield return line with { IsElsewhere = isElsewhere };
                }
            }
            else if (step["uses"] is { Text: { } action } uses)
            {
                yield return new(job, null, action, RepositoryPath.ToModel(where ?? ""), uses.Line) { With = Inputs(step["with"], matrix), IsElsewhere = isElsewhere };
            }
        }
    }

    private static SortedDictionary<string, string> Inputs(DataNode? with, MatrixValues matrix)
    {
        var inputs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in with?.Entries ?? [])
        {
            if (key.Text is { } name && value.Text is { } text)
            {
                inputs[name] = matrix.ResolveAll(text);
            }
        }

        return inputs;
    }

    private static string? DefaultFolder(DataNode node, string otherwise) =>
        node.At("defaults", "run", "working-directory") is { Text: { } folder } ? RepositoryPath.Combine("", folder) : otherwise;
}
