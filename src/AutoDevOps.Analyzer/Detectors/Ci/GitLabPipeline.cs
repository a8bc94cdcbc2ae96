using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads the scripts of a GitLab pipeline, those that a job inherits by <c>extends</c> and <c>default</c> included.</summary>
internal static class GitLabPipeline
{
    // Templates may name each other in circles; each is looked at once.
    private const int MaxTemplates = 50;

    /// <summary>Words at the top that name no job (GitLab's "CI/CD YAML syntax reference").</summary>
    public static IReadOnlySet<string> Keywords { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "default", "include", "stages", "types", "variables", "workflow", "image", "services", "before_script", "after_script", "cache", "spec",
    };

    public static IReadOnlyList<CiStep> Read(SnapshotFile file, DataNode root)
    {
        var steps = new List<CiStep>();
        foreach (var (key, job) in root.Entries)
        {
            // A name that starts with a dot is a template: it runs only where a job extends it.
            if (key.Text is not { } name || name.StartsWith('.') || name == "default" || Inherited(root, job, "script") is not { } script)
            {
                continue;
            }

            var before = Inherited(root, job, "before_script") ?? root.At("default", "before_script") ?? root["before_script"];
            steps.AddRange(CiScript.Steps(file, name, before));
            steps.AddRange(CiScript.Steps(file, name, script));
        }

        return steps;
    }

    /// <summary>What a job says under a key, itself or by what it extends.</summary>
    public static DataNode? Inherited(DataNode root, DataNode job, string key) => Inherited(root, job, key, []);

    private static DataNode? Inherited(DataNode root, DataNode job, string key, HashSet<DataNode> seen)
    {
        if (job.Kind != NodeKind.Mapping || seen.Count > MaxTemplates || !seen.Add(job))
        {
            return null;
        }

        return job[key]
            // The last template wins, as GitLab merges them in order.
            ?? (job["extends"]?.ScalarOrItems().Reverse() ?? [])
                .Select(template => root[template.Text!] is { } parent ? Inherited(root, parent, key, seen) : null)
                .FirstOrDefault(found => found is not null);
    }
}
