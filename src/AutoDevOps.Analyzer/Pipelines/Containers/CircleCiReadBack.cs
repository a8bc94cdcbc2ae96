using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>Reads a generated CircleCI configuration.</summary>
internal static class CircleCiReadBack
{
    private const string Version = "<< parameters.version >>";

    public static ReadPipeline Read(DataNode root)
    {
        var unmeant = ReadBack.Unknown(root, "the file", "version", "jobs", "workflows");
        var uses = root.At("workflows", "ci", "jobs")?.Items ?? [];
        var jobs = new List<ReadJob>();
        foreach (var (key, node) in root["jobs"]?.Entries ?? [])
        {
            unmeant ??= ReadBack.Unknown(node, $"job '{key.Text}'", "parameters", "docker", "working_directory", "environment", "steps");
            var use = uses.FirstOrDefault(use => use.Text == key.Text || use[key.Text ?? ""] is not null);
            unmeant ??= use is null ? $"the workflow lacks job '{key.Text}'" : null;
            var containers = node["docker"]?.Items.Select(container => container["image"]?.Text ?? "").ToList() ?? [];
            jobs.Add(new(
                key.Text ?? "",
                [.. Images(containers.FirstOrDefault(""), use?[key.Text ?? ""])],
                [.. containers.Skip(1)],
                [.. node["steps"]?.Items.Where(step => step["run"] is not null).Select(step => Command(step["run"]!)) ?? []],
                ReadBack.Variables(node["environment"])));
            foreach (var step in node["steps"]?.Items ?? [])
            {
                unmeant ??= step.Text is null or "checkout" ? ReadBack.Unknown(step, $"a step of '{key.Text}'", "run", "restore_cache", "save_cache", "store_artifacts", "store_test_results") : "a step was not meant";
            }
        }

        return new(jobs, unmeant ?? (uses.Count == jobs.Count ? null : "the workflow's jobs are not the ones that were meant"));
    }

    private static IEnumerable<string> Images(string image, DataNode? use) =>
        use?.At("matrix", "parameters", "version") is { } versions
            ? ReadBack.Texts(versions).Select(version => image.Replace(Version, version, StringComparison.Ordinal))
            : [image];

    private static ReadCommand Command(DataNode run) =>
        new(run["command"]?.Text ?? "", run["working_directory"]?.Text is { } folder ? folder[(CircleCiWriter.Root.Length + 1)..] : ".");
}
