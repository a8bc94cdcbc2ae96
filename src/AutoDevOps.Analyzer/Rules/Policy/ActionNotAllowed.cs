using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Policy;

/// <summary>Flags actions and reusable workflows that the policy does not allow.</summary>
internal sealed class ActionNotAllowed : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "POL002", "action-not-allowed", Category.Security, Severity.High,
        What: "A workflow that uses an action which the policy does not name.",
        Why: "An action runs with the rights of the job; the policy says whose code may.",
        Remedy: "Use an allowed action, or add this one to `actions` of the policy that refuses it after somebody has looked at it.")
    {
        References = ["OWASP CICD-SEC-3"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Policies.Any(policy => policy.Actions is not null) && model.Ci.Any(ci => ci.Vendor == "github");

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        foreach (var file in snapshot.Files.Where(Workflow.IsWorkflowOrActionPath))
        {
            if (Workflow.Read(file) is not { } workflow)
            {
                continue;
            }

            foreach (var uses in workflow.Steps.Select(step => step.Uses).Concat(workflow.Jobs.Select(job => job.Uses)).OfType<Parsing.DataNode>())
            {
                if (ActionReference.Parse(uses.Text!) is { Kind: ActionKind.Remote } action && snapshot.Policies.FirstOrDefault(policy => !policy.AllowsAction(action.Name)) is { } policy)
                {
                    yield return Descriptor.At(file.Path, uses.Line, $"{policy.Name} does not allow {action.Name}.");
                }
            }
        }
    }
}
