using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags jobs that run code of pull requests on machines of one's own.</summary>
internal sealed class SelfHostedRunner : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA026", "self-hosted-runner", Category.Security, Severity.Medium,
        What: "A job started by pull requests that runs on a self-hosted runner.",
        Why: "In a public repository anyone can run code on that machine and leave something behind for the next job.",
        Remedy: "Use a hosted runner for pull requests, or one that is thrown away after each job.")
    {
        Confidence = 0.7,
        Strict = true,
        Equivalents = ["zizmor/self-hosted-runner", "poutine/pr_runs_on_self_hosted"],
        References = ["OWASP CICD-SEC-7", "https://docs.github.com/actions/reference/security/secure-use#hardening-for-self-hosted-runners"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow || !workflow.HasTrigger("pull_request", "pull_request_target"))
        {
            yield break;
        }

        foreach (var job in workflow.Jobs)
        {
            if (job.RunnerLabels().FirstOrDefault(label => string.Equals(label.Text, "self-hosted", StringComparison.OrdinalIgnoreCase)) is { } label)
            {
                yield return Descriptor.At(file.Path, label.Line, $"Job '{job.Id}' runs pull requests on a self-hosted runner.");
            }
        }
    }
}
