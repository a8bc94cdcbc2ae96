using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags updates that may run code of dependencies.</summary>
internal sealed class DependabotExecution : DependabotRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA069", "dependabot-execution", Category.Security, Severity.High,
        What: "`insecure-external-code-execution: allow` for Dependabot.",
        Why: "Code of a dependency then runs while it is updated, with access to the private registries that Dependabot knows.",
        Remedy: "Remove the line, or keep the updates of that ecosystem apart from registries with secrets.")
    {
        Confidence = 0.98,
        Equivalents = ["zizmor/dependabot-execution"],
        References = ["CWE-829", "https://docs.github.com/code-security/dependabot/working-with-dependabot/dependabot-options-reference#insecure-external-code-execution--"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, IReadOnlyList<DataNode> updates) =>
        updates.Select(update => update["insecure-external-code-execution"]).OfType<DataNode>().Where(value => value.Text == "allow")
            .Select(value => Descriptor.At(NodeLocation.Of(file, value), "Code of dependencies runs while they are updated.") with { Fix = Repair(file, value) });

    private static Fix? Repair(SnapshotFile file, DataNode value) => new YamlFix(file).Make("Do not run it", (source, edit) =>
        source.Root["updates"]?.Items.FirstOrDefault(update => update["insecure-external-code-execution"]?.Line == value.Line) is { } update
        && source.Entry(update, "insecure-external-code-execution") is { } entry && edit.Remove(entry));
}
