using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a workflow of CircleCI with a job that there is not, or that waits for one that it does not have.</summary>
internal sealed class CircleUnknownJob : CircleRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CCI001", "circleci-unknown-job", Category.CiCd, Severity.High,
        What: "A workflow of CircleCI that names a job which the file does not have, or `requires` with a name that is not in the workflow.",
        Why: "CircleCI refuses the whole file, so no workflow starts.",
        Remedy: "Correct the name, or add the job.")
    {
        Confidence = 0.95,
        References = [Reference + "#workflows", Reference + "#requires"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DataNode root)
    {
        if (root["<<"] is not null || root["jobs"]?["<<"] is not null)
        {
            yield break;
        }

        var jobs = Named(root["jobs"]).Select(job => job.Key.Text!).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, workflow) in Named(root["workflows"]).Where(entry => entry.Value["<<"] is null))
        {
            var uses = Uses(workflow).ToList();
            foreach (var (name, settings) in uses.Where(use => !IsOpen(use.Name.Text!) && use.Settings?["type"] is null && use.Settings?["<<"] is null && !jobs.Contains(use.Name.Text!)))
            {
                var hint = NearestName.Of(name.Text!, jobs) is { } nearest ? $" Did you mean '{nearest}'?" : "";
                yield return At(file, name, $"There is no job '{name.Text}'.{hint}");
            }

            // A matrix makes names of its own.
            if (uses.Any(use => use.Settings?["matrix"] is not null || use.Settings?["<<"] is not null || use.Settings?["name"]?.Text?.Contains("<<", StringComparison.Ordinal) == true))
            {
                continue;
            }

            var names = uses.Select(use => use.Settings?["name"]?.Text ?? use.Name.Text![(use.Name.Text!.LastIndexOf('/') + 1)..]).Concat(uses.Select(use => use.Name.Text!)).ToHashSet(StringComparer.Ordinal);
            foreach (var required in uses.SelectMany(use => use.Settings?["requires"]?.ScalarOrItems() ?? []).Where(required => !required.Text!.Contains("<<", StringComparison.Ordinal) && !names.Contains(required.Text)))
            {
                yield return At(file, required, $"The workflow has no job '{required.Text}' to wait for.");
            }
        }
    }

    /// <summary>Those of an orb, and those that a parameter names, stand elsewhere.</summary>
    private static bool IsOpen(string name) => name.Contains('/', StringComparison.Ordinal) || name.Contains("<<", StringComparison.Ordinal);
}
