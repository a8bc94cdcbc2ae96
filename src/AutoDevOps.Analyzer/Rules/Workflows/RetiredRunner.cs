using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a job on a runner image that GitHub has taken away, or whose label is misspelt.</summary>
internal sealed class RetiredRunner : IFileRule
{
    private static readonly Dictionary<string, string> Retired = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ubuntu-16.04"] = "2021-09-20",
        ["ubuntu-18.04"] = "2023-04-03",
        ["ubuntu-20.04"] = "2025-04-15",
        ["macos-10"] = "2022-12-01",
        ["macos-10.15"] = "2022-12-01",
        ["macos-11"] = "2024-06-28",
        ["macos-12"] = "2024-12-03",
        ["macos-13"] = "2025-12-04",
        ["windows-2016"] = "2022-04-01",
        ["windows-2019"] = "2025-06-30",
    };

    private static readonly string[] Latest = ["ubuntu-latest", "macos-latest", "windows-latest"];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA008", "retired-runner", Category.CiCd, Severity.High,
        What: "A job on a runner image that GitHub no longer offers, or a misspelt label.",
        Why: "The job waits for a runner that never comes, and fails after a day.",
        Remedy: "Name an image that exists, such as ubuntu-24.04 or ubuntu-latest.")
    {
        Equivalents = ["actionlint/runner-label"],
        References = ["https://github.com/actions/runner-images"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var job in Workflow.Read(file)?.Jobs ?? [])
        {
            var labels = job.RunnerLabels().ToList();
            if (labels.Any(label => string.Equals(label.Text, "self-hosted", StringComparison.OrdinalIgnoreCase)))
            {
                // Whoever runs a machine may give it any label.
                continue;
            }

            foreach (var label in labels)
            {
                if (Retired.TryGetValue(label.Text!, out var date))
                {
                    yield return Descriptor.At(file.Path, label.Line, $"Job '{job.Id}' runs on '{label.Text}', which GitHub retired on {date}.");
                }
                else if (Misspelt(label.Text!) is { } meant)
                {
                    yield return Descriptor.At(file.Path, label.Line, $"Job '{job.Id}' runs on '{label.Text}', which is no runner. Did you mean '{meant}'?");
                }
            }
        }
    }

    private static string? Misspelt(string label) =>
        label.Any(char.IsAsciiDigit) || Latest.Contains(label, StringComparer.OrdinalIgnoreCase) ? null : NearestName.Of(label, Latest, limit: 1);
}
