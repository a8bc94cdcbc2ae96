using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags the variable that gives printed text the power to set variables again.</summary>
internal sealed class InsecureCommands : WorkflowOrActionRule
{
    private const string Variable = "ACTIONS_ALLOW_UNSECURE_COMMANDS";

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA053", "insecure-commands", Category.Security, Severity.High,
        What: "`ACTIONS_ALLOW_UNSECURE_COMMANDS` set to true.",
        Why: "Whatever prints a line that begins with `::set-env` or `::add-path`, such as the output of a test, changes the environment of all later steps.",
        Remedy: "Remove the variable, and write to `$GITHUB_ENV` and `$GITHUB_PATH` instead.")
    {
        Confidence = 0.99,
        Equivalents = ["zizmor/insecure-commands"],
        References = ["CWE-77", "https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow) =>
        workflow.Jobs.Select(job => job.Node).Concat(workflow.Steps.Select(step => step.Node)).Prepend(workflow.Root)
            .Select(node => node.At("env", Variable)).OfType<DataNode>()
            .Where(value => string.Equals(value.Text, "true", StringComparison.OrdinalIgnoreCase))
            .Select(value => At(workflow, value, $"'{Variable}' lets every line that is printed set variables and paths."));
}
