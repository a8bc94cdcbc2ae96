using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The actions of a repository that its steps use, each read once.</summary>
internal sealed class LocalActions(RepositorySnapshot snapshot)
{
    private readonly Dictionary<string, DataNode?> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<WorkflowJob, bool> _elsewhere = [];

    /// <summary>The metadata of the action, or null when the step uses none, one of another repository, or one that is not there.</summary>
    public DataNode? Of(WorkflowStep step)
    {
        // Below a checkout of another repository the same path is another action.
        if (step.Action is not { Kind: ActionKind.Local } action || ChecksOutElsewhere(step) || Folder(action.Path) is not { } folder)
        {
            return null;
        }

        if (!_read.TryGetValue(folder, out var root))
        {
            root = (snapshot.Find(RepositoryPath.File(folder, "action.yml")) ?? snapshot.Find(RepositoryPath.File(folder, "action.yaml")))?.Yaml().Root;
            root = root is { Kind: NodeKind.Mapping } && root["runs"] is { Kind: NodeKind.Mapping } ? root : null;
            _read.Add(folder, root);
        }

        return root;
    }

    private static string? Folder(string path) => RepositoryPath.Combine("", path.StartsWith("$/", StringComparison.Ordinal) ? path[2..] : path);

    private bool ChecksOutElsewhere(WorkflowStep step)
    {
        if (step.Job is not { } job)
        {
            return false;
        }

        if (!_elsewhere.TryGetValue(job, out var elsewhere))
        {
            _elsewhere.Add(job, elsewhere = ChecksOutElsewhere(job));
        }

        return elsewhere;
    }

    private static bool ChecksOutElsewhere(WorkflowJob job) =>
        job.Steps.Any(other => other.Action?.Is("actions/checkout") == true && (other.With("path") is not null || other.With("repository") is not null || other.With("ref") is not null));
}
