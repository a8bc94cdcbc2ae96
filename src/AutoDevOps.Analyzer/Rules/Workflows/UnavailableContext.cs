using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Parsing.Workflows.Schema;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a context or function that GitHub does not offer at that key.</summary>
internal sealed class UnavailableContext : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA010", "unavailable-context", Category.CiCd, Severity.High,
        What: "An expression that uses a context or function which exists, but not at this key.",
        Why: "GitHub refuses the workflow, so none of its jobs runs.",
        Remedy: "Use one of the contexts of this key, or hand the value on through an output or a variable.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/expression"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        foreach (var problem in WorkflowValidator.Problems(workflow).Where(problem => problem.Kind == WorkflowProblemKind.Unavailable))
        {
            yield return Descriptor.At(NodeLocation.Of(file, problem.Node), problem.Message);
        }
    }
}
