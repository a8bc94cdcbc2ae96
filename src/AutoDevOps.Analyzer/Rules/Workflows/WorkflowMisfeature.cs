using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags what GitHub offers and one is better off without.</summary>
internal sealed class WorkflowMisfeature : WorkflowOrActionRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA067", "workflow-misfeature", Category.CodeQuality, Severity.Info,
        What: "A script for `cmd`, or packages installed by the setup of Python.",
        Why: "`cmd` goes on after an error and has no safe quoting; what the setup installs is global and not locked.",
        Remedy: "Use `pwsh` or `bash`, and install into an environment of the project's own from its lock file.")
    {
        Confidence = 0.9,
        Strict = true,
        Equivalents = ["zizmor/misfeature"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        var shells = workflow.Jobs.Select(job => job.Node.At("defaults", "run", "shell")).Prepend(workflow.Root.At("defaults", "run", "shell")).Concat(workflow.Steps.Select(step => step.Node["shell"]));
        foreach (var shell in shells.OfType<DataNode>().Where(shell => shell.Text is { } text && (text.Equals("cmd", StringComparison.OrdinalIgnoreCase) || text.StartsWith("cmd ", StringComparison.OrdinalIgnoreCase))))
        {
            yield return At(workflow, shell, "'cmd' goes on after a command that failed.");
        }

        foreach (var install in workflow.Steps.Where(step => step.Action?.Is("actions/setup-python") == true).Select(step => step.With("pip-install")).OfType<DataNode>())
        {
            yield return At(workflow, install, "What 'pip-install' names goes into the runner's own Python.");
        }
    }
}
