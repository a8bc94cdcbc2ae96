using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an access token of Pulumi Cloud.</summary>
internal sealed partial class PulumiToken() : SecretFormat("pul-")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC063", "pulumi-token", Category.Security, Severity.Critical,
        What: "An access token of Pulumi Cloud.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Pulumi Cloud under access tokens"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/pulumi-api-token"],
        References = [.. SecretAdvice.References, "https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/"],
    };

    protected override string Thing => "A token of Pulumi";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>pul-[0-9a-f]{40})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
