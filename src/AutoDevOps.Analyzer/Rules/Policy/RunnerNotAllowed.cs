using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Policy;

/// <summary>Flags jobs on machines that the policy does not allow.</summary>
internal sealed class RunnerNotAllowed : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "POL003", "runner-not-allowed", Category.CiCd, Severity.Medium,
        What: "A job that asks for a runner which the policy does not name.",
        Why: "Runners cost differently, reach different networks and change when a moving label does.",
        Remedy: "Use one of the allowed labels, or add this one to `runners` of the policy that refuses it.")
    {
        References = ["https://docs.github.com/actions/reference/runners/github-hosted-runners"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Policies.Any(policy => policy.Runners is not null) && model.Ci.Any(ci => ci.Vendor == "github");

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model) =>
        from file in snapshot.Files
        where Workflow.IsWorkflowPath(file)
        from job in Workflow.Read(file)?.Jobs ?? []
        from label in job.RunnerLabels()
        let policy = snapshot.Policies.FirstOrDefault(policy => !policy.AllowsRunner(label.Text!))
        where policy is not null
        select Descriptor.At(file.Path, label.Line, $"{policy.Name} does not allow '{label.Text}', which job '{job.Id}' runs on.");
}
