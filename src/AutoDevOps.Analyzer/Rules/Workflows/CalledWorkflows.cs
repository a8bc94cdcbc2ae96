using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The workflows of a repository that its jobs call, each read once.</summary>
internal sealed class CalledWorkflows(RepositorySnapshot snapshot)
{
    private readonly Dictionary<string, Workflow?> _read = new(StringComparer.Ordinal);

    /// <summary>Null when the job calls none, one of another repository, or one that cannot be read.</summary>
    public Workflow? Of(WorkflowJob job)
    {
        if (job.Uses?.Text is not ['.' or '$', '/', .. var path])
        {
            return null;
        }

        if (!_read.TryGetValue(path, out var workflow))
        {
            workflow = snapshot.Find(path) is { } file && Workflow.IsWorkflowPath(file) ? Workflow.Read(file) : null;
            _read.Add(path, workflow);
        }

        return workflow;
    }
}
