using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags providers of Terraform that nothing bounds.</summary>
internal sealed class TerraformUnpinnedProvider : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF039", "terraform-unpinned-provider", Category.Dependencies, Severity.Low,
        What: "A required provider of Terraform without a version, in a folder without `.terraform.lock.hcl`.",
        Why: "The next major version of the provider changes what the configuration means.",
        Remedy: "Give a `version`, and commit the lock file.")
    {
        Equivalents = ["tflint/terraform_required_providers"],
        References = ["CWE-1357", "https://developer.hashicorp.com/terraform/language/providers/requirements"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Files.Any(TerraformFile.IsPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var locked = snapshot.Entries.Where(file => file.Name == ".terraform.lock.hcl").Select(file => file.Directory).ToHashSet(StringComparer.Ordinal);
        foreach (var file in snapshot.Files.Where(file => TerraformFile.IsPath(file) && !locked.Contains(file.Directory) && file.Text.Contains("required_providers", StringComparison.Ordinal)))
        {
            var providers = HclReader.Read(file.Text).Blocks.Where(block => block.Type == "terraform").SelectMany(block => block.Of("required_providers")).SelectMany(block => block.Attributes);
            foreach (var provider in providers.Where(provider => provider.Value.Kind == HclKind.Map && provider.Value["version"] is null && provider.Value["source"] is not null))
            {
                yield return Descriptor.At(file.Path, provider.Line, $"Provider '{provider.Name}' names no version.");
            }
        }
    }
}
