using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags modules of Terraform that may be another tomorrow.</summary>
internal sealed partial class TerraformUnpinnedModule : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF038", "terraform-unpinned-module", Category.Dependencies, Severity.Medium,
        What: "A module of Terraform from a registry without a version, or from git without `ref`.",
        Why: "The same configuration plans something else next month, which may be deletion.",
        Remedy: "Give `version`, or `?ref=` with a tag or commit.")
    {
        Equivalents = ["checkov/CKV_TF_1", "checkov/CKV_TF_2", "tflint/terraform_module_pinned_source", "tflint/terraform_module_version"],
        References = ["CWE-1357", "CWE-829", "https://developer.hashicorp.com/terraform/language/modules/sources"],
    };

    public bool Reads(SnapshotFile file) => TerraformFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (!file.Text.Contains("module", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var module in TerraformFile.Read(file).Blocks.Where(block => block.Type == "module"))
        {
            if (module["source"] is { Kind: HclKind.Text } source && (Registry().IsMatch(source.Text) ? module["version"] is null : IsGit(source.Text) && !source.Text.Contains("ref=", StringComparison.Ordinal)))
            {
                yield return Descriptor.At(file.Path, source.Line, $"Module '{module.Name}' names no version.");
            }
        }
    }

    private static bool IsGit(string source) =>
        source.StartsWith("git::", StringComparison.Ordinal) || source.StartsWith("git@", StringComparison.Ordinal) || source.StartsWith("github.com/", StringComparison.Ordinal) || source.StartsWith("bitbucket.org/", StringComparison.Ordinal);

    [GeneratedRegex(@"^([a-z0-9-]+\.[a-z0-9.-]+/)?[A-Za-z0-9_-]+/[A-Za-z0-9_-]+/[a-z0-9_-]+(//.*)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Registry();
}
