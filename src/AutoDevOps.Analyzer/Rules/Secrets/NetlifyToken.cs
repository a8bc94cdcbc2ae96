using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an access token of Netlify.</summary>
internal sealed partial class NetlifyToken() : SecretFormat("nfp_", "nfc_", "nfo_", "nfb_", "nfu_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC037", "netlify-token", Category.Security, Severity.Critical,
        What: "An access token of Netlify.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Netlify in the user settings, applications"))
    {
        Confidence = 0.96,
        Equivalents = ["gitleaks/netlify-access-token"],
        References = [.. SecretAdvice.References, "https://docs.netlify.com/api/get-started/#authentication"],
    };

    protected override string Thing => "A token of Netlify";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>nf[pcobu]_[0-9A-Za-z]{36})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
