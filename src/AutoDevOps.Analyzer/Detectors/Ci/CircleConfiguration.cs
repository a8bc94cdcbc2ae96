using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Reads the steps of a CircleCI configuration's jobs and commands; an orb's step counts as an action.</summary>
internal static class CircleConfiguration
{
    public static IReadOnlyList<CiStep> Read(SnapshotFile file, DataNode root) =>
    [
        .. new[] { "jobs", "commands" }
            .SelectMany(section => root[section]?.Entries ?? [])
            .SelectMany(job => Steps(file, job.Key.Text ?? "", job.Value["steps"], Folder(job.Value["working_directory"], ""), 0)),
    ];

    private static IEnumerable<CiStep> Steps(SnapshotFile file, string job, DataNode? steps, string folder, int depth)
    {
        foreach (var step in steps?.Items ?? [])
        {
            if (step.Text is { } simple)
            {
                yield return new(job, null, simple, RepositoryPath.ToModel(folder), step.Line);
                continue;
            }

            foreach (var (key, value) in step.Entries)
            {
                if (key.Text is "when" or "unless" && depth < 5)
                {
                    foreach (var nested in Steps(file, job, value["steps"], folder, depth + 1))
                    {
                        yield return nested;
                    }
                }
                else if (key.Text == "run" && (value["command"] ?? value) is { } script)
                {
                    foreach (var line in CiScript.Steps(file, job, script, Folder(value["working_directory"], folder)))
                    {
                        yield return line;
                    }
                }
                else if (key.Text is { } orb)
                {
                    yield return new(job, null, orb, RepositoryPath.ToModel(folder), key.Line) { With = Inputs(value) };
                }
            }
        }
    }

    private static string Folder(DataNode? node, string otherwise)
    {
        // The checkout is ~/project unless a job says otherwise.
        var text = node?.Text;
        var relative = text is not null && text.StartsWith("~/project/", StringComparison.Ordinal) ? text["~/project/".Length..] : text;
        return relative is null ? otherwise : RepositoryPath.Combine("", relative) ?? otherwise;
    }

    private static SortedDictionary<string, string> Inputs(DataNode node)
    {
        var inputs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in node.Entries)
        {
            if (key.Text is { } name && value.Text is { } text)
            {
                inputs[name] = text;
            }
        }

        return inputs;
    }
}
