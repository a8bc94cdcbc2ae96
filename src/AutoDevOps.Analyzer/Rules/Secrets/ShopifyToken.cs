using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an access token or shared secret of a Shopify app.</summary>
internal sealed partial class ShopifyToken() : SecretFormat("shpat_", "shpca_", "shppa_", "shpss_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC021", "shopify-token", Category.Security, Severity.Critical,
        What: "An access token or shared secret of a Shopify app.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Shopify by rotating the credentials of the app"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/shopify-access-token", "gitleaks/shopify-custom-access-token", "gitleaks/shopify-private-app-access-token", "gitleaks/shopify-shared-secret", "secretlint/secretlint-rule-shopify"],
        References = [.. SecretAdvice.References, "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens"],
    };

    protected override string Thing => "A token of Shopify";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>shp(at|ca|pa|ss)_[0-9a-fA-F]{32})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
