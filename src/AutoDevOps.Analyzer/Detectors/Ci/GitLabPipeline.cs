using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads the scripts of a GitLab pipeline, those that a job inherits by <c>extends</c> and <c>default</c> included.</summary>
internal static class GitLabPipeline
{
    private const int MaxExtends = 10;

    public static IReadOnlyList<CiStep> Read(SnapshotFile file, DataNode root)
    {
        var steps = new List<CiStep>();
        foreach (var (key, job) in root.Entries)
        {
            // A name that starts with a dot is a template: it runs only where a job extends it.
            if (key.Text is not { } name || name.StartsWith('.') || name == "default" || Inherited(root, job, "script", 0) is not { } script)
            {
                continue;
            }

            var before = Inherited(root, job, "before_script", 0) ?? root.At("default", "before_script") ?? root["before_script"];
            steps.AddRange(CiScript.Steps(file, name, before));
            steps.AddRange(CiScript.Steps(file, name, script));
        }

        return steps;
    }

    private static DataNode? Inherited(DataNode root, DataNode job, string key, int depth)
    {
        if (job.Kind != NodeKind.Mapping || depth > MaxExtends)
        {
            return null;
        }

        return job[key]
            // The last template wins, as GitLab merges them in order.
            ?? (job["extends"]?.ScalarOrItems().Reverse() ?? [])
                .Select(template => root[template.Text!] is { } parent ? Inherited(root, parent, key, depth + 1) : null)
                .FirstOrDefault(found => found is not null);
    }
}
