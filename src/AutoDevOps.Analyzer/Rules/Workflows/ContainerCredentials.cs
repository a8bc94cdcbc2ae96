using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a password for a registry that stands in the workflow.</summary>
internal sealed class ContainerCredentials : WorkflowRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA055", "container-credentials", Category.Security, Severity.High,
        What: "The password for the registry of a job's or service's container, written into the workflow.",
        Why: "Whoever can read the repository can use the registry as you.",
        Remedy: "Put the password into a secret and write `${{ secrets.NAME }}`; then change it, for the history keeps the old one.")
    {
        Confidence = 0.97,
        Equivalents = ["zizmor/hardcoded-container-credentials", "actionlint/credentials"],
        References = ["CWE-798", "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontainercredentials"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var (_, container, subject) in ContainerImages.Containers(workflow))
        {
            if (container.At("credentials", "password") is { Text: { Length: > 0 } text } password && !text.Contains("${{", StringComparison.Ordinal))
            {
                yield return At(workflow, password, $"The password of {subject} stands here for everyone to read.");
            }
        }
    }
}
