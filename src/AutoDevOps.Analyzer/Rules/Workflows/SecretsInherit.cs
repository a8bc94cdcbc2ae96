using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags every secret being handed to a reusable workflow of another repository.</summary>
internal sealed class SecretsInherit : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA025", "secrets-inherit", Category.Security, Severity.Medium,
        What: "`secrets: inherit` for a reusable workflow of another repository.",
        Why: "The other repository gets every secret, also those it does not need and those added later.",
        Remedy: "Name the secrets that the called workflow needs.")
    {
        Equivalents = ["zizmor/secrets-inherit"],
        References = ["CWE-200", "OWASP CICD-SEC-6", "https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#passing-inputs-and-secrets-to-a-reusable-workflow"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var job in Workflow.Read(file)?.Jobs ?? [])
        {
            if (job.Uses is { } uses && job.Node["secrets"] is { Text: "inherit" } secrets
                && ActionReference.Parse(uses.Text!) is { Kind: ActionKind.Remote } called)
            {
                yield return Descriptor.At(file.Path, secrets.Line, $"Job '{job.Id}' hands every secret to '{called.Name}'.");
            }
        }
    }
}
