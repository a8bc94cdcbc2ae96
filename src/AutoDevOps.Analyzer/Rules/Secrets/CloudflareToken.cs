using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds tokens and keys of Cloudflare: the new ones by their prefix, older ones by the name they are assigned to.</summary>
internal sealed partial class CloudflareToken() : SecretFormat("cfk_", "cfut_", "cfat_", "cloudflare", "cf_api")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC033", "cloudflare-token", Category.Security, Severity.Critical,
        What: "An API token or global key of Cloudflare (`cfk_`, `cfut_`, `cfat_`), or an older one or an origin CA key by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Cloudflare in the profile, API tokens"))
    {
        Confidence = 0.92,
        Equivalents = ["gitleaks/cloudflare-api-key", "gitleaks/cloudflare-global-api-key", "gitleaks/cloudflare-origin-ca-key", "secretlint/secretlint-rule-cloudflare"],
        References = [.. SecretAdvice.References, "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/"],
    };

    protected override string Thing => "A token of Cloudflare";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    protected override double MinEntropy => 3.2;

    // Forty hexadecimal digits are the id of a commit.
    protected override bool IsReal(SecretCandidate candidate) =>
        candidate.Secret.Length != 40 || Randomness.IsMixed(candidate.Secret);

    [GeneratedRegex("""\b(?<secret>cf(k|ut|at)_[0-9A-Za-z]{40}[0-9a-f]{8})\b|(?i:(cloudflare|cf_api)[0-9a-z_.-]{0,24})["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>[0-9A-Za-z_-]{40}|[0-9a-f]{37}|v1\.0-[0-9a-f]{24}-[0-9a-f]{146})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
