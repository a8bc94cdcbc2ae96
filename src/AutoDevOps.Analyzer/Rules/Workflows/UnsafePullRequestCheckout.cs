using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a checkout whose guard against the code of forks is switched off.</summary>
internal sealed class UnsafePullRequestCheckout : WorkflowOrActionRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA072", "unsafe-pr-checkout", Category.Security, Severity.High,
        What: "`allow-unsafe-pr-checkout: true` at `actions/checkout`.",
        Why: "The checkout refuses the code of forks where a run has secrets; with this it takes it, and whatever runs it runs code of strangers.",
        Remedy: "Build the code of forks under `pull_request`, without secrets, and remove the input.")
    {
        Confidence = 0.9,
        References = ["CWE-829", "OWASP CICD-SEC-4", "https://github.com/actions/checkout#usage"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var step in workflow.Steps)
        {
            if (step.Action?.Is("actions/checkout") == true && step.With("allow-unsafe-pr-checkout") is { IsTrue: true } input && (workflow.IsAction || workflow.HasTrigger("pull_request_target", "workflow_run")))
            {
                yield return At(workflow, input, "The guard against the code of forks is switched off.") with { Severity = RunGuards.AskWho(step) ? Severity.Low : Severity.High };
            }
        }
    }
}
