using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>A rule about the configuration of Dependabot.</summary>
internal abstract class DependabotRule : IFileRule
{
    public abstract RuleDescriptor Descriptor { get; }

    public bool Reads(SnapshotFile file) => file.Path is ".github/dependabot.yml" or ".github/dependabot.yaml";

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        file.Yaml().Root?["updates"] is { Kind: NodeKind.Sequence } updates
            ? Check(file, [.. updates.Items.Where(update => update["package-ecosystem"]?.Text is not null)])
            : [];

    protected abstract IEnumerable<Finding> Check(SnapshotFile file, IReadOnlyList<DataNode> updates);
}
