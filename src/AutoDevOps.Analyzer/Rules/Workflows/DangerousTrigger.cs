using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a privileged event whose job checks out the code of the pull request.</summary>
internal sealed class DangerousTrigger : IFileRule
{
    private static readonly string[] Triggers = ["pull_request_target", "workflow_run", "issue_comment"];

    private static readonly string[] Heads =
    [
        "github.event.pull_request.head.", "github.head_ref", "github.event.workflow_run.head_", "github.event.pull_request.number",
        "github.event.issue.number", "github.event.number", "github.event.pull_request.merge_commit_sha", "github.event.workflow_run.pull_requests",
    ];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA023", "dangerous-trigger", Category.Security, Severity.Critical,
        What: "A job started by `pull_request_target`, `workflow_run` or `issue_comment` that checks out the pull request and then runs something.",
        Why: "Code from a fork runs with the repository's secrets and a token that may write.",
        Remedy: "Use `pull_request`, or split the work: build without secrets, and act on the result in another workflow.")
    {
        Confidence = 0.9,
        Equivalents = ["zizmor/dangerous-triggers", "poutine/untrusted_checkout_exec", "scorecard/Dangerous-Workflow"],
        References =
        [
            "CWE-829", "OWASP CICD-SEC-4",
            "https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/",
        ],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow || !workflow.HasTrigger(Triggers))
        {
            yield break;
        }

        foreach (var job in workflow.Jobs)
        {
            // Checking out is harmless until something of it is executed.
            var lastRun = Enumerable.Range(0, job.Steps.Count).LastOrDefault(index => job.Steps[index].Run is not null || job.Steps[index].Action?.Kind == ActionKind.Local, -1);
            foreach (var (index, step) in job.Steps.Index())
            {
                if (ChecksOutHead(step) is not { } reference || RunGuards.ExcludeEvents(step, Triggers))
                {
                    continue;
                }

                var guarded = RunGuards.AskWho(step) || job.Node["environment"] is not null;
                var severity = guarded ? Severity.Low : lastRun > index ? Severity.Critical : Severity.Medium;
                var trigger = Triggers.First(name => workflow.HasTrigger(name));
                yield return Descriptor.At(file.Path, reference.Line, $"'{trigger}' runs with secrets, and job '{job.Id}' checks out '{reference.Text}', which outsiders write.") with
                {
                    Severity = severity,
                };
            }
        }
    }

    private static DataNode? ChecksOutHead(WorkflowStep step) =>
        step.Action?.Is("actions/checkout") == true && step.With("ref") is { Text: { } text } reference
            && Heads.Any(head => text.Contains(head, StringComparison.Ordinal))
            ? reference
            : null;
}
