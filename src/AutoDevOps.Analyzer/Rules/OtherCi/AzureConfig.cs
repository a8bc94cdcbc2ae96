using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Files of Azure Pipelines, and what stands in them.</summary>
internal static class AzureConfig
{
    private const int MaxDepth = 12;

    public static bool IsPath(SnapshotFile file) =>
        file.Extension is ".yml" or ".yaml" && !file.IsSample
        && (file.Name.StartsWith("azure-pipelines", StringComparison.OrdinalIgnoreCase) || file.Name.StartsWith(".azure-pipelines", StringComparison.OrdinalIgnoreCase)
            || file.Directory.Split('/').Any(folder => folder is ".azure-pipelines" or "azure-pipelines"));

    /// <summary>All mappings in the file.</summary>
    public static IEnumerable<DataNode> Mappings(DataNode node, int depth = 0)
    {
        WorkBudget.Spend(1);
        var below = depth > MaxDepth ? [] : node.Items.Concat(node.Entries.Select(entry => entry.Value)).SelectMany(child => Mappings(child, depth + 1));
        return node.Kind == NodeKind.Mapping ? below.Prepend(node) : below;
    }

    public static bool IsExpression(string text) => text.Contains('$', StringComparison.Ordinal);
}

/// <summary>A rule about one file of Azure Pipelines.</summary>
internal abstract class AzureRule : IFileRule
{
    protected const string Reference = "https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/";

    public abstract RuleDescriptor Descriptor { get; }

    public bool Reads(SnapshotFile file) => AzureConfig.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) => file.Yaml().Root is { Kind: NodeKind.Mapping } root ? Check(file, root) : [];

    protected abstract IEnumerable<Finding> Check(SnapshotFile file, DataNode root);

    protected Finding At(SnapshotFile file, DataNode node, string message) => Descriptor.At(Workflows.NodeLocation.Of(file, node), message);
}
