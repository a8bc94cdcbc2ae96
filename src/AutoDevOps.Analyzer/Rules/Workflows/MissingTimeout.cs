using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a job without a limit on its time.</summary>
internal sealed class MissingTimeout : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA040", "missing-timeout", Category.CiCd, Severity.Low,
        What: "A job without `timeout-minutes`, of its own or on each of its steps.",
        Why: "A job that hangs holds a runner for six hours and is paid for until then.",
        Remedy: "Set `timeout-minutes` to a few times what the job usually takes.")
    {
        Equivalents = ["ghalint/job_timeout_minutes_is_required"],
        References = ["CWE-400", "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        var fixes = new YamlFix(file);
        foreach (var job in Workflow.Read(file)?.Jobs ?? [])
        {
            if (job.Node is { Kind: NodeKind.Mapping } node && node["uses"] is null && node["timeout-minutes"] is null && job.Steps.Count > 0
                && !job.Steps.All(step => step.Node["timeout-minutes"] is not null))
            {
                yield return Descriptor.At(file.Path, job.Key.Line, $"Job '{job.Id}' has no 'timeout-minutes'.") with { Fix = Repair(fixes, job) };
            }
        }
    }

    /// <summary>An hour is more than nearly every job takes, and a sixth of what it may take otherwise.</summary>
    private static Fix? Repair(YamlFix fixes, WorkflowJob job) => fixes.Make("Stop the job after an hour", (source, edit) =>
        source.Root.At("jobs", job.Id) is { } node && source.Entry(node, "runs-on") is { } runsOn && edit.InsertAfter(runsOn, "timeout-minutes: 60"));
}
