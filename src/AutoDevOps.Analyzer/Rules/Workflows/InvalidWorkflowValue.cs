using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Parsing.Workflows.Schema;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a value of the wrong type, one that is none of the values there are, and a key that is missing beside it.</summary>
internal sealed class InvalidWorkflowValue : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA009", "invalid-workflow-value", Category.CiCd, Severity.High,
        What: "A value of the wrong type or none of those GitHub knows, a missing key, or an expression where none is evaluated.",
        Why: "GitHub refuses the workflow, so none of its jobs runs.",
        Remedy: "Write what the message says is expected.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/syntax-check", "actionlint/permissions", "actionlint/events", "actionlint/expression"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        var elsewhere = SaidElsewhere(workflow);
        foreach (var problem in WorkflowValidator.Problems(workflow))
        {
            if (problem.Kind is WorkflowProblemKind.WrongValue or WorkflowProblemKind.MissingKey or WorkflowProblemKind.NoExpressionHere
                && !elsewhere.Contains(problem.Node))
            {
                yield return Descriptor.At(NodeLocation.Of(file, problem.Node), problem.Message) with { Confidence = problem.Certain ? 0.97 : 0.9 };
            }
        }
    }

    /// <summary>What the rules on sections, jobs and steps say in their own words when it is of the wrong kind.</summary>
    private static HashSet<DataNode> SaidElsewhere(Workflow workflow) =>
        [.. new[] { workflow.Root["on"], workflow.Root["jobs"] }
            .Concat(workflow.Jobs.SelectMany(job => new[] { job.Node, job.Node["steps"] }))
            .Concat(workflow.Steps.Select(step => step.Node))
            .OfType<DataNode>()];
}
