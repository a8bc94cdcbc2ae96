using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API token of HCP Terraform (Terraform Cloud) or Terraform Enterprise.</summary>
internal sealed partial class TerraformCloudToken() : SecretFormat(".atlasv1.")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC062", "terraform-cloud-token", Category.Security, Severity.Critical,
        What: "An API token of HCP Terraform (Terraform Cloud) or Terraform Enterprise.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at HCP Terraform in the settings, tokens"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/hashicorp-tf-api-token"],
        References = [.. SecretAdvice.References, "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens"],
    };

    protected override string Thing => "A token of HCP Terraform";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>[0-9A-Za-z]{14}\.atlasv1\.[0-9A-Za-z_=-]{60,70})(?![0-9A-Za-z_=-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
