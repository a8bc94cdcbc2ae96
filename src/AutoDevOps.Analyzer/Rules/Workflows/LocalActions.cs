using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The actions of a repository that its steps use, each read once.</summary>
internal sealed class LocalActions(RepositorySnapshot snapshot)
{
    private readonly Dictionary<string, DataNode?> _read = new(StringComparer.Ordinal);

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

    private static bool ChecksOutElsewhere(WorkflowStep step) =>
        (step.Job?.Steps ?? []).Any(other => other.Action?.Is("actions/checkout") == true && (other.With("path") is not null || other.With("repository") is not null || other.With("ref") is not null));
}
