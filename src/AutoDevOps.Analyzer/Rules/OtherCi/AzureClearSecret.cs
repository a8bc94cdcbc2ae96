using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a password or token in the variables of Azure Pipelines.</summary>
internal sealed class AzureClearSecret : AzureRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "AZP004", "azure-clear-secret", Category.Security, Severity.High,
        What: "A variable of Azure Pipelines, named like a password, token or key, with its value beside it.",
        Why: "Whoever can read the repository, or a fork or an old copy of it, has the secret.",
        Remedy: "Change the secret, and keep it in a variable group or a key vault.")
    {
        Confidence = 0.9,
        References = ["CWE-798", "OWASP CICD-SEC-6", "https://learn.microsoft.com/azure/devops/pipelines/process/set-secret-variables"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DataNode root)
    {
        var lists = AzureConfig.Mappings(root).Select(node => node["variables"]).OfType<DataNode>().ToList();
        var listed = lists.SelectMany(list => list.Items).Where(item => item["name"]?.Text is { } name && ClearSecret.Is(name, item["value"]?.Text)).Select(item => item["name"]!);
        return lists.SelectMany(ClearSecret.In).Concat(AzureConfig.Mappings(root).Select(node => node["env"]).SelectMany(ClearSecret.In)).Concat(listed)
            .Select(name => At(file, name, $"The value of '{name.Text}' stands here for everyone to read."));
    }
}
