using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a job that no event of its workflow ever starts.</summary>
/// <remarks>Only what the file itself decides: a condition that is false as it stands, or false for each event under <c>on</c>, and needing a
/// job that never runs. A condition of another kind that cannot be true is <see cref="ConstantCondition"/>'s.</remarks>
internal sealed class JobNeverRuns : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA049", "job-never-runs", Category.CiCd, Severity.Low,
        What: "A job that is switched off, or that asks for an event its workflow does not start on, or that needs such a job.",
        Why: "What it checks is checked no more, and whoever reads the file believes that it is.",
        Remedy: "Remove the job, or start the workflow on what it waits for.")
    {
        Confidence = 0.95,
        References = ["https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-jobs-with-conditions"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        var never = new NeverRunning(workflow);
        var fixes = new YamlFix(file);
        foreach (var job in workflow.Jobs)
        {
            // One that is there for the anchors in it is no check that somebody misses.
            if (never.Reason(job) is { Message: { } message } reason && !(reason.IsSwitchedOff && IsReferredTo(fixes, job)))
            {
                yield return Descriptor.At(file.Path, reason.Place.Line, $"Job '{job.Id}' never runs: {message}.") with
                {
                    Fix = reason.IsSwitchedOff && IsAlone(workflow, job) ? Removal(fixes, job) : null,
                };
            }
        }
    }

    private static bool IsAlone(Workflow workflow, WorkflowJob job) => !workflow.Jobs.SelectMany(other => other.Needs).Any(needed => needed.Text == job.Id);

    private static bool IsReferredTo(YamlFix fixes, WorkflowJob job) => fixes.Source is { } source && source.Root.At("jobs", job.Id) is { } node && source.HoldsAnchor(node);

    private static Fix? Removal(YamlFix fixes, WorkflowJob job) => fixes.Make(
        $"Remove the job '{job.Id}'", (source, edit) => source.Root["jobs"] is { } jobs && source.Entry(jobs, job.Id) is { } entry && edit.Remove(entry));
}
