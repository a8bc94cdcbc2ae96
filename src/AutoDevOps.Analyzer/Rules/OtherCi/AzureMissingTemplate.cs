using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a template of Azure Pipelines that is no file of the repository.</summary>
internal sealed class AzureMissingTemplate : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "AZP005", "azure-missing-template", Category.CiCd, Severity.High,
        What: "`template` with the path of a file that the repository does not have.",
        Why: "Azure refuses the whole pipeline, so no run starts.",
        Remedy: "Correct the path: it begins at the file it stands in, or with a slash at the root.")
    {
        References = ["https://learn.microsoft.com/azure/devops/pipelines/process/templates"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Files.Any(AzureConfig.IsPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var paths = snapshot.Entries.Select(entry => entry.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var file in snapshot.Files.Where(AzureConfig.IsPath))
        {
            if (file.Yaml().Root is not { Kind: NodeKind.Mapping } root)
            {
                continue;
            }

            foreach (var template in AzureConfig.Mappings(root).Select(node => node["template"]).OfType<DataNode>())
            {
                if (template.Text is { } path && (path.EndsWith(".yml", StringComparison.Ordinal) || path.EndsWith(".yaml", StringComparison.Ordinal)) && !path.Contains('@', StringComparison.Ordinal)
                    && RepositoryPath.Combine(path.StartsWith('/') ? "" : file.Directory, path.TrimStart('/')) is { } target && !paths.Contains(target))
                {
                    yield return Descriptor.At(Workflows.NodeLocation.Of(file, template), $"There is no '{target}'.");
                }
            }
        }
    }
}
