using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a personal, OAuth or refresh token of DigitalOcean.</summary>
internal sealed partial class DigitalOceanToken() : SecretFormat("dop_v1_", "doo_v1_", "dor_v1_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC032", "digitalocean-token", Category.Security, Severity.Critical,
        What: "A personal, OAuth or refresh token of DigitalOcean.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at DigitalOcean under API, tokens"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/digitalocean-pat", "gitleaks/digitalocean-access-token", "gitleaks/digitalocean-refresh-token"],
        References = [.. SecretAdvice.References, "https://docs.digitalocean.com/reference/api/create-personal-access-token/"],
    };

    protected override string Thing => "A token of DigitalOcean";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>do[opr]_v1_[0-9a-f]{64})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
