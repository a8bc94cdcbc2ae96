using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The workflow of the same repository that a job calls.</summary>
internal static class CalledWorkflow
{
    /// <summary>Null when the job calls none, one of another repository, or one that cannot be read.</summary>
    public static Workflow? Of(RepositorySnapshot snapshot, WorkflowJob job) =>
        job.Uses?.Text is ['.' or '$', '/', .. var path] && snapshot.Find(path) is { } file && Workflow.IsWorkflowPath(file)
            ? Workflow.Read(file)
            : null;
}
