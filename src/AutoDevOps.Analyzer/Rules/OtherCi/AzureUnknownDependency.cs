using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a stage or job of Azure Pipelines that waits for one that there is not.</summary>
internal sealed class AzureUnknownDependency : AzureRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "AZP001", "azure-unknown-dependency", Category.CiCd, Severity.High,
        What: "`dependsOn` of a stage or job with a name that none beside it has.",
        Why: "Azure refuses the whole file, so no run starts.",
        Remedy: "Name a stage of the pipeline, or a job of the same stage.")
    {
        Confidence = 0.95,
        References = [Reference + "jobs-job#dependson"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DataNode root) =>
        Unknown(file, root["stages"], ["stage"])
            .Concat((root["stages"]?.Items ?? []).Select(stage => stage["jobs"]).Append(root["jobs"]).SelectMany(jobs => Unknown(file, jobs, ["job", "deployment"])));

    private IEnumerable<Finding> Unknown(SnapshotFile file, DataNode? list, string[] kinds)
    {
        // Templates and expressions bring names of their own.
        if (list is not { Kind: NodeKind.Sequence } || list.Items.Any(item => !kinds.Any(kind => item[kind] is not null) || item.Entries.Any(entry => entry.Key.Text?.Contains("${{", StringComparison.Ordinal) == true)))
        {
            yield break;
        }

        var names = list.Items.SelectMany(item => kinds.Select(kind => item[kind]?.Text)).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (names.Any(AzureConfig.IsExpression))
        {
            yield break;
        }

        foreach (var wanted in list.Items.SelectMany(item => item["dependsOn"]?.ScalarOrItems() ?? []).Where(wanted => wanted.Text!.Length > 0 && !AzureConfig.IsExpression(wanted.Text) && !names.Contains(wanted.Text)))
        {
            var hint = NearestName.Of(wanted.Text!, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
            yield return At(file, wanted, $"There is no {kinds[0]} '{wanted.Text}' to wait for.{hint}");
        }
    }
}
