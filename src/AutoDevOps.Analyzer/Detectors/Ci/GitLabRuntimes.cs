using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads the images in which the jobs of a GitLab pipeline run.</summary>
internal static class GitLabRuntimes
{
    public static IEnumerable<CiRuntime> Read(SnapshotFile file, DataNode root)
    {
        foreach (var (key, job) in root.Entries)
        {
            if (key.Text is not { } name || name.StartsWith('.') || name == "default" || GitLabPipeline.Inherited(root, job, "script") is null)
            {
                continue;
            }

            var image = GitLabPipeline.Inherited(root, job, "image") ?? root.At("default", "image") ?? root["image"];
            if ((image?["name"] ?? image) is not { Text: { } text } node)
            {
                continue;
            }

            var braces = text.Contains("${", StringComparison.Ordinal);
            var variables = Variables(root["variables"], null, braces);
            variables = Variables(GitLabPipeline.Inherited(root, job, "variables"), variables, braces);
            var matrix = Variables(null, variables, braces);
            foreach (var row in GitLabPipeline.Inherited(root, job, "parallel")?["matrix"]?.Items ?? [])
            {
                matrix.AddAll(row);
            }

            if (RuntimeImages.Runtime(name, matrix.Resolve(text), node.Line) is { } runtime)
            {
                yield return runtime;
            }
        }
    }

    private static CiVariables Variables(DataNode? values, CiVariables? around, bool braces)
    {
        var variables = braces ? new CiVariables("${", "}", around) : new("$", "", around);
        variables.AddAll(values);
        return variables;
    }
}
