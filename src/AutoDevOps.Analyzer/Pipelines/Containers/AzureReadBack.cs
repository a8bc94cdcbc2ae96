using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>Reads a generated <c>azure-pipelines.yml</c>.</summary>
internal static class AzureReadBack
{
    private static readonly string[] Tasks = ["Cache@2", "PublishTestResults@2", "PublishCodeCoverageResults@2", "CopyFiles@2", "PublishPipelineArtifact@1"];

    public static ReadPipeline Read(DataNode root)
    {
        var unmeant = ReadBack.Unknown(root, "the file", "trigger", "pr", "pool", "resources", "jobs");
        var containers = (root.At("resources", "containers")?.Items ?? []).ToDictionary(item => item["container"]?.Text ?? "", item => item["image"]?.Text ?? "", StringComparer.Ordinal);
        var jobs = new List<ReadJob>();
        foreach (var job in root["jobs"]?.Items ?? [])
        {
            unmeant ??= ReadBack.Unknown(job, "a job", "job", "displayName", "timeoutInMinutes", "strategy", "container", "services", "variables", "steps") ?? Unmeant(job["steps"]?.Items ?? []);
            var rows = job.At("strategy", "matrix")?.Entries;
            jobs.Add(new(
                job["job"]?.Text ?? "",
                rows is null ? [job["container"]?.Text ?? ""] : [.. rows.Select(row => row.Value["runtimeImage"]?.Text ?? "")],
                [.. job["services"]?.Entries.Select(service => containers.GetValueOrDefault(service.Value.Text ?? "", "")) ?? []],
                [.. (job["steps"]?.Items ?? []).Where(step => step["script"] is not null).Select(step => new ReadCommand(step["script"]?.Text ?? "", step["workingDirectory"]?.Text ?? "."))],
                ReadBack.Variables(job["variables"])));
        }

        return new(jobs, unmeant);
    }

    private static string? Unmeant(IReadOnlyList<DataNode> steps) =>
        steps.Select(step => step switch
        {
            _ when step["script"] is not null => ReadBack.Unknown(step, "a script", "script", "displayName", "workingDirectory", "target"),
            _ when step["task"] is { } task => Tasks.Contains(task.Text) ? ReadBack.Unknown(step, "a task", "task", "displayName", "condition", "inputs") : $"the task '{task.Text}' was not meant",
            _ => ReadBack.Unknown(step, "a step", "checkout", "persistCredentials"),
        }).FirstOrDefault(unmeant => unmeant is not null);
}
