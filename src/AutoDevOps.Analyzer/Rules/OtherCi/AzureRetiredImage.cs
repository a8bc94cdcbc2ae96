using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a job on a hosted machine that Azure Pipelines no longer has.</summary>
internal sealed class AzureRetiredImage : AzureRule
{
    private static readonly HashSet<string> Retired = new(StringComparer.OrdinalIgnoreCase)
    {
        "ubuntu-16.04", "ubuntu-18.04", "ubuntu-20.04", "vs2017-win2016", "vs2015-win2012r2", "win1803", "windows-2019",
        "macos-10.13", "macos-10.14", "macos-10.15", "macos-11", "macos-12", "macos-13",
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "AZP002", "azure-retired-image", Category.CiCd, Severity.High,
        What: "A pool of Azure Pipelines with a hosted image that is no longer offered.",
        Why: "The job fails before its first step.",
        Remedy: "Name an image that exists, such as ubuntu-24.04 or ubuntu-latest.")
    {
        References = ["https://learn.microsoft.com/azure/devops/pipelines/agents/hosted"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DataNode root) =>
        AzureConfig.Mappings(root).Select(node => node["vmImage"]).OfType<DataNode>()
            .Where(image => image.Text is { } name && Retired.Contains(name))
            .Select(image => At(file, image, $"The image '{image.Text}' is no longer offered."));
}
