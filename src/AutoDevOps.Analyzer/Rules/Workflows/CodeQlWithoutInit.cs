using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an analysis of CodeQL that nothing prepares.</summary>
internal sealed class CodeQlWithoutInit : WorkflowRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA083", "codeql-without-init", Category.CiCd, Severity.High,
        What: "`github/codeql-action/analyze` or `autobuild` without `init` before it in the job.",
        Why: "Without a database to write to, the step fails and nothing is analysed.",
        Remedy: "Put a step with `github/codeql-action/init` before it.")
    {
        Confidence = 0.97,
        References = ["https://docs.github.com/code-security/code-scanning/creating-an-advanced-setup-for-code-scanning/customizing-your-advanced-setup-for-code-scanning"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var job in workflow.Jobs)
        {
            foreach (var step in job.Steps)
            {
                // A local action may do anything, also this.
                if (step.Action is { Kind: ActionKind.Local } || (step.Action?.Is("github/codeql-action") == true && step.Action.Path == "init"))
                {
                    break;
                }

                if (step.Action?.Is("github/codeql-action") == true && step.Action.Path is "analyze" or "autobuild")
                {
                    yield return At(workflow, step.Uses!, $"Job '{job.Id}' has no 'github/codeql-action/init' before '{step.Action.Path}'.");
                    break;
                }
            }
        }
    }
}
