using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags updates that are offered on the day a version appears.</summary>
internal sealed class DependabotCooldown : DependabotRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA068", "dependabot-cooldown", Category.Dependencies, Severity.Low,
        What: "Updates of Dependabot without a `cooldown`.",
        Why: "Versions that were stolen or broken are mostly found within days, and until then they are offered like any other.",
        Remedy: "Add `cooldown: default-days: 7`; security updates do not wait for it.")
    {
        Equivalents = ["zizmor/dependabot-cooldown"],
        References = ["CWE-1357", "https://docs.github.com/code-security/dependabot/working-with-dependabot/dependabot-options-reference#cooldown-"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, IReadOnlyList<DataNode> updates)
    {
        // With a limit of nothing only security updates come.
        var without = updates.Where(update => update["cooldown"] is null && update["open-pull-requests-limit"]?.AsInt() != 0 && update["multi-ecosystem-group"] is null).ToList();
        if (without.Count > 0)
        {
            var names = string.Join(", ", without.Select(update => $"'{update["package-ecosystem"]!.Text}'").Distinct(StringComparer.Ordinal).Take(4));
            yield return Descriptor.At(file.Path, without[0]["package-ecosystem"]!.Line, $"Updates of {names} are offered on the day a version appears.") with { Fix = Repair(file, without) };
        }
    }

    private static Fix? Repair(SnapshotFile file, List<DataNode> without)
    {
        var lines = without.Select(update => update["package-ecosystem"]!.Line).ToHashSet();
        return new YamlFix(file).Make("Wait a week", (source, edit) => (source.Root["updates"]?.Items ?? [])
            .Where(update => update["package-ecosystem"] is { } name && lines.Contains(name.Line))
            .All(update => source.Entries(update).LastOrDefault() is { } last && edit.InsertAfter(last, "cooldown:", "  default-days: 7")));
    }
}
