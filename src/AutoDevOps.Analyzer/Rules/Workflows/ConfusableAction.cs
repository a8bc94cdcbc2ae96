using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an action whose owner is one letter away from the owner that everybody uses.</summary>
internal sealed class ConfusableAction : WorkflowOrActionRule
{
    private static readonly string[] Owners = [.. ActionCatalog.All.Select(action => action.Name.Split('/')[0].ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static readonly HashSet<string> Repositories = ActionCatalog.All.Select(action => string.Join('/', action.Name.ToLowerInvariant().Split('/').Take(2))).ToHashSet(StringComparer.Ordinal);

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA063", "confusable-action", Category.Security, Severity.High,
        What: "An action of an owner whose name is one letter away from a well-known one, with the same name for the action.",
        Why: "Names with a slip in them are registered by people who wait for it, and their code runs with your secrets.",
        Remedy: "Correct the owner's name, and look at what the run before did.")
    {
        Confidence = 0.9,
        References = ["CWE-1357", "OWASP CICD-SEC-3", "https://docs.github.com/actions/reference/security/secure-use#using-third-party-actions"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var step in workflow.Steps)
        {
            if (step.Action is { Kind: ActionKind.Remote, Owner.Length: >= 4 } action && !Owners.Contains(action.Owner)
                && NearestName.Of(action.Owner, Owners, limit: 1) is { } meant && Repositories.Contains($"{meant}/{action.Repository}"))
            {
                yield return At(workflow, step.Uses!, $"'{action.Name}' looks like '{meant}/{action.Repository}' and is somebody else's.");
            }
        }
    }
}
