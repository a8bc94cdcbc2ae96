using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a workflow or action without a name.</summary>
internal sealed class AnonymousDefinition : WorkflowOrActionRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA060", "anonymous-definition", Category.CiCd, Severity.Info,
        What: "A workflow or action without a `name`.",
        Why: "GitHub shows the path of the file in its place, in every list and check.",
        Remedy: "Give it a name that says what it is for.")
    {
        Strict = true,
        Equivalents = ["zizmor/anonymous-definition"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#name"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        if (string.IsNullOrWhiteSpace(workflow.Root["name"]?.Text))
        {
            yield return Descriptor.At(workflow.File.Path, workflow.Root.Line, $"The {(workflow.IsAction ? "action" : "workflow")} has no name.");
        }
    }
}
