using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a job of CircleCI without steps, or without anything to run on.</summary>
internal sealed class CircleInvalidJob : CircleRule
{
    private static readonly string[] Executors = ["docker", "machine", "macos", "executor"];

    public override RuleDescriptor Descriptor { get; } = new(
        "CCI002", "circleci-invalid-job", Category.CiCd, Severity.High,
        What: "A job of CircleCI without `steps`, or without an executor.",
        Why: "CircleCI refuses the whole file, so no workflow starts.",
        Remedy: "Give the job its steps, and `docker`, `machine`, `macos` or `executor`.")
    {
        Confidence = 0.95,
        References = [Reference + "#jobs"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DataNode root)
    {
        foreach (var (name, job) in Named(root["jobs"]).Where(job => job.Value["<<"] is null && job.Value["type"] is null))
        {
            if (job["steps"] is null)
            {
                yield return At(file, name, $"Job '{name.Text}' has no 'steps'.");
            }
            else if (root.At("version")?.Text is "2.1" or "2" && !Executors.Any(executor => job[executor] is not null))
            {
                yield return At(file, name, $"Job '{name.Text}' has nothing to run on.");
            }
        }
    }
}
