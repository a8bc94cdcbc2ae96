using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads the images in which the jobs of a CircleCI configuration run: their own, of an executor, or of an orb named after its runtime.</summary>
internal static class CircleRuntimes
{
    public static IEnumerable<CiRuntime> Read(SnapshotFile file, DataNode root)
    {
        var calls = Calls(root).ToList();
        foreach (var (key, job) in root["jobs"]?.Entries ?? [])
        {
            if (key.Text is not { } name)
            {
                continue;
            }

            // What a workflow gives comes before the default.
            var parameters = new CiVariables("<<", ">>", Defaults(job));
            foreach (var call in calls.Where(call => call.Job == name))
            {
                AddAll(parameters, call.Arguments);
                AddAll(parameters, call.Arguments.At("matrix", "parameters"));
            }

            if (Runtime(root, name, job, parameters) is { } runtime)
            {
                yield return runtime;
            }
        }

        // Jobs of an orb, such as node/test.
        foreach (var (name, arguments) in calls.Where(call => call.Job.EndsWith("/test", StringComparison.Ordinal) && root.At("jobs", call.Job) is null))
        {
            var versions = (arguments.At("matrix", "parameters", "version") ?? arguments["version"])?.ScalarOrItems().Select(node => $"{name.Split('/')[0]}:{node.Text}") ?? [];
            if (RuntimeImages.Runtime(name, versions, arguments.Line) is { } runtime)
            {
                yield return runtime;
            }
        }
    }

    private static CiRuntime? Runtime(DataNode root, string name, DataNode job, CiVariables parameters)
    {
        var executor = job["executor"]?["name"] ?? job["executor"];
        if (executor?.Text is { } orb && orb.EndsWith("/default", StringComparison.Ordinal) && job.At("executor", "tag") is { Text: { } tag } place)
        {
            return RuntimeImages.Runtime(name, parameters.Resolve(tag).Select(value => $"{orb.Split('/')[0]}:{value}"), place.Line);
        }

        var shared = executor?.Text is { } called ? root.At("executors", called) : null;
        if ((job["docker"] ?? shared?["docker"])?.Items is not [var first, ..] || first["image"] is not { Text: { } image } node)
        {
            return null;
        }

        if (shared is null)
        {
            return RuntimeImages.Runtime(name, parameters.Resolve(image), node.Line);
        }

        // What the job hands on may itself be a parameter of the job.
        var ofExecutor = new CiVariables("<<", ">>", Defaults(shared));
        AddAll(ofExecutor, job["executor"]);
        return RuntimeImages.Runtime(name, ofExecutor.Resolve(image).SelectMany(parameters.Resolve), node.Line);
    }

    /// <summary>The jobs that workflows name, with what they are given.</summary>
    private static IEnumerable<(string Job, DataNode Arguments)> Calls(DataNode root) =>
        (root["workflows"]?.Entries ?? []).SelectMany(workflow => workflow.Value["jobs"]?.Items ?? [])
            .SelectMany(item => item.Entries).Where(entry => entry.Key.Text is not null).Select(entry => (entry.Key.Text!, entry.Value));

    private static CiVariables Defaults(DataNode job)
    {
        var defaults = new CiVariables("<<", ">>");
        foreach (var (key, value) in job["parameters"]?.Entries ?? [])
        {
            if (value["default"] is { } given)
            {
                defaults.Add($"parameters.{key.Text}", given);
            }
        }

        return defaults;
    }

    private static void AddAll(CiVariables parameters, DataNode? arguments)
    {
        foreach (var (key, value) in arguments?.Entries ?? [])
        {
            if (key.Text is { } name && value.ScalarOrItems().Any())
            {
                parameters.Add($"parameters.{name}", value);
                parameters.Add($"matrix.{name}", value);
            }
        }
    }
}
