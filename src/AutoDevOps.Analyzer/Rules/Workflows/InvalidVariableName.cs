using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a variable whose name no shell can read.</summary>
internal sealed class InvalidVariableName : WorkflowOrActionRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA078", "invalid-variable-name", Category.CiCd, Severity.Medium,
        What: "A variable under `env` with a blank, `=` or `&` in its name.",
        Why: "The variable is another one than is meant, and scripts do not find it.",
        Remedy: "Name it with letters, digits and underscores.")
    {
        Equivalents = ["actionlint/env-var"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/variables#naming-conventions-for-configuration-variables"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow) =>
        workflow.Jobs.SelectMany(job => new[] { job.Node, job.Node["container"] }.Concat(Workflow.Pairs(job.Node["services"]).Select(service => service.Value))).Concat(workflow.Steps.Select(step => step.Node)).Prepend(workflow.Root)
            .SelectMany(node => Workflow.Pairs(node?["env"]))
            .Select(pair => pair.Key)
            .Where(name => !name.Text!.Contains("${{", StringComparison.Ordinal) && name.Text.AsSpan().IndexOfAny(" =&") >= 0)
            .Select(name => At(workflow, name, $"'{name.Text}' is no name of a variable."));
}
