using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>A rule about CircleCI's configuration.</summary>
internal abstract class CircleRule : IFileRule
{
    protected const string Reference = "https://circleci.com/docs/configuration-reference/";

    public abstract RuleDescriptor Descriptor { get; }

    public bool Reads(SnapshotFile file) => file.Path is ".circleci/config.yml" or ".circleci/config.yaml";

    public IEnumerable<Finding> Check(SnapshotFile file) => file.Yaml().Root is { Kind: NodeKind.Mapping } root ? Check(file, root) : [];

    protected abstract IEnumerable<Finding> Check(SnapshotFile file, DataNode root);

    protected Finding At(SnapshotFile file, DataNode node, string message) => Descriptor.At(Workflows.NodeLocation.Of(file, node), message);

    protected static IEnumerable<KeyValuePair<DataNode, DataNode>> Named(DataNode? mapping) =>
        (mapping?.Entries ?? []).Where(entry => entry.Key.Text is not null && entry.Value.Kind == NodeKind.Mapping);

    /// <summary>The uses of jobs in a workflow: the name, to point at, and what is said beside it.</summary>
    protected static IEnumerable<(DataNode Name, DataNode? Settings)> Uses(DataNode workflow)
    {
        foreach (var use in workflow["jobs"]?.Items ?? [])
        {
            if (use.Text is not null)
            {
                yield return (use, null);
            }
            else if (use is { Kind: NodeKind.Mapping, Entries: [{ Key.Text: not null } only] })
            {
                yield return (only.Key, only.Value);
            }
        }
    }
}
