using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Parsing.Workflows.Schema;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a key that GitHub does not know where it stands.</summary>
internal sealed class UnknownWorkflowKey : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA002", "unknown-workflow-key", Category.CiCd, Severity.High,
        What: "A key that GitHub does not know where it stands: at the top level, under an event, in a job or in a step.",
        Why: "GitHub refuses a workflow with an unknown key, so none of its jobs runs.",
        Remedy: "Correct the spelling, or move the key to where it belongs.")
    {
        Equivalents = ["actionlint/syntax-check", "actionlint/events", "actionlint/permissions"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        foreach (var problem in WorkflowValidator.Problems(workflow).Where(problem => problem.Kind == WorkflowProblemKind.UnknownKey))
        {
            // GitHub adds a key now and then; what is no misspelling may be newer than the schema.
            yield return Descriptor.At(NodeLocation.Of(file, problem.Node), problem.Message) with { Confidence = problem.Certain ? 0.97 : 0.85 };
        }
    }
}
