using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a container of Azure Pipelines that is another tomorrow.</summary>
internal sealed class AzureUnpinnedImage : AzureRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "AZP003", "azure-unpinned-image", Category.Security, Severity.Medium,
        What: "A container of Azure Pipelines named without a version, or with `latest`.",
        Why: "Jobs run in another image as soon as somebody pushes one.",
        Remedy: "Name a version, or better the digest of the image.")
    {
        Confidence = 0.96,
        References = ["CWE-829", Reference + "resources-containers-container"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DataNode root)
    {
        // A name alone may be that of one of these.
        var images = (root.At("resources", "containers")?.Items ?? []).Concat(AzureConfig.Mappings(root).Select(node => node["container"]).Where(node => node is { Kind: NodeKind.Mapping })).Select(container => container!["image"]);
        foreach (var image in images.OfType<DataNode>())
        {
            if (image.Text is { } name && FloatingImage.Is(name))
            {
                yield return At(file, image, $"The image '{name}' names no version.");
            }
        }
    }
}
