using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>Reads a generated <c>.gitlab-ci.yml</c>.</summary>
internal static class GitLabReadBack
{
    public static ReadJob Gate { get; } = new(GitLabWriter.Gate, ["busybox:1.37"], [], [new("echo 'Nothing else was left to do'")], new Dictionary<string, string>());

    public static ReadPipeline Read(DataNode root)
    {
        string? unmeant = null;
        var jobs = new List<ReadJob>();
        foreach (var (key, node) in root.Entries.Where(entry => entry.Key.Text is not ("workflow" or "default")))
        {
            unmeant ??= ReadBack.Unknown(node, $"job '{key.Text}'", "image", "parallel", "timeout", "rules", "services", "variables", "cache", "before_script", "script", "artifacts");
            jobs.Add(new(
                key.Text ?? "",
                [.. Images(node)],
                [.. node["services"]?.Items.Select(service => service["name"]?.Text ?? "") ?? []],
                [.. ReadBack.Texts(node["before_script"]).Concat(ReadBack.Texts(node["script"])).Select(line => new ReadCommand(line))],
                ReadBack.Variables(node["variables"])));
        }

        return new(jobs, unmeant);
    }

    private static IEnumerable<string> Images(DataNode job)
    {
        var image = (job["image"]?["name"] ?? job["image"])?.Text ?? "";
        return job.At("parallel", "matrix")?.Items is { Count: 1 } rows
            ? ReadBack.Texts(rows[0]["RUNTIME_VERSION"]).Select(version => image.Replace("$RUNTIME_VERSION", version, StringComparison.Ordinal))
            : [image];
    }
}
