using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>A rule about one workflow.</summary>
internal abstract class WorkflowRule : IFileRule
{
    public abstract RuleDescriptor Descriptor { get; }

    public virtual bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) => Workflow.Read(file) is { } workflow ? Check(workflow) : [];

    protected abstract IEnumerable<Finding> Check(Workflow workflow);

    protected Finding At(Workflow workflow, DataNode node, string message) => Descriptor.At(NodeLocation.Of(workflow.File, node), message);
}

/// <summary>A rule about one workflow or composite action.</summary>
internal abstract class WorkflowOrActionRule : WorkflowRule
{
    public override bool Reads(SnapshotFile file) => Workflow.IsWorkflowOrActionPath(file);
}

/// <summary>A rule about each workflow together with the repository's other files. What no person wrote is left out, and of what was read for
/// one workflow nothing is kept for the next: a repository may hold hundreds of files made of nothing else.</summary>
internal abstract class WorkflowsRule : IRepositoryRule
{
    /// <summary>Bytes of a workflow that somebody wrote, at most.</summary>
    private const int MaxSize = 200_000;

    public abstract RuleDescriptor Descriptor { get; }

    public bool HasSubject(RepositorySnapshot snapshot, Detectors.RepositoryModel model) => snapshot.In(".github/workflows").Any(Workflow.IsWorkflowPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, Detectors.RepositoryModel model) =>
        snapshot.In(".github/workflows").Where(file => Workflow.IsWorkflowPath(file) && file.Size <= MaxSize).Select(Workflow.Read).OfType<Workflow>().SelectMany(workflow => Check(snapshot, workflow));

    protected abstract IEnumerable<Finding> Check(RepositorySnapshot snapshot, Workflow workflow);

    protected Finding At(Workflow workflow, DataNode node, string message) => Descriptor.At(NodeLocation.Of(workflow.File, node), message);
}
