using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a download of whatever is the latest.</summary>
internal sealed class FloatingDownload : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT054", "floating-download", Category.Dependencies, Severity.Low,
        What: "A download from an address that says `latest`, or from a branch.",
        Why: "The same commit builds a different image next month.",
        Remedy: "Download a version, and compare its checksum.")
    {
        Strict = true,
        References = ["CWE-1357", "CWE-829"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        if (Downloads.IsVerified(run))
        {
            yield break;
        }

        foreach (var command in run.Commands.Where(Downloads.IsDownload))
        {
            if (command.Arguments.Select(word => word.Text).FirstOrDefault(text => text.Contains("://", StringComparison.Ordinal)
                && (text.Contains("/latest", StringComparison.OrdinalIgnoreCase) || text.Contains("-latest", StringComparison.OrdinalIgnoreCase) || (text.Contains("githubusercontent.com", StringComparison.Ordinal) && (text.Contains("/master/", StringComparison.Ordinal) || text.Contains("/main/", StringComparison.Ordinal))))) is { } address)
            {
                yield return At(file, command, $"{address} answers something else with every release.");
            }
        }
    }
}
