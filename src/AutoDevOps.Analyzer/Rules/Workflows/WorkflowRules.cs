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

/// <summary>A rule about all workflows of a repository together with its other files.</summary>
internal abstract class WorkflowsRule : IRepositoryRule
{
    public abstract RuleDescriptor Descriptor { get; }

    public bool HasSubject(RepositorySnapshot snapshot, Detectors.RepositoryModel model) => snapshot.In(".github/workflows").Any(Workflow.IsWorkflowPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, Detectors.RepositoryModel model) =>
        Check(snapshot, [.. snapshot.In(".github/workflows").Where(Workflow.IsWorkflowPath).Select(Workflow.Read).OfType<Workflow>()]);

    protected abstract IEnumerable<Finding> Check(RepositorySnapshot snapshot, IReadOnlyList<Workflow> workflows);

    protected Finding At(Workflow workflow, DataNode node, string message) => Descriptor.At(NodeLocation.Of(workflow.File, node), message);
}
