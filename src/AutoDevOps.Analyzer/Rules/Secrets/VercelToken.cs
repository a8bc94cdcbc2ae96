using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds tokens of Vercel: the new ones by their prefix, older ones by the name they are assigned to.</summary>
internal sealed partial class VercelToken() : SecretFormat("vcp_", "vci_", "vca_", "vcr_", "vck_", "vercel")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC036", "vercel-token", Category.Security, Severity.Critical,
        What: "A token or key of Vercel (`vcp_`, `vci_`, `vca_`, `vcr_`, `vck_`), or an older token by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Vercel in the account settings, tokens"))
    {
        Confidence = 0.93,
        Equivalents = ["secretlint/secretlint-rule-vercel", "trufflehog/Vercel"],
        References = [.. SecretAdvice.References, "https://vercel.com/docs/rest-api#authentication"],
    };

    protected override string Thing => "A token of Vercel";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    protected override double MinEntropy => 3.8;

    protected override bool IsReal(SecretCandidate candidate) => Randomness.IsMixed(candidate.Secret.AsSpan(candidate.Secret.IndexOf('_', StringComparison.Ordinal) + 1));

    [GeneratedRegex("""\b(?<secret>vc[piark]_[0-9A-Za-z]{20,60})\b|(?i:vercel[0-9a-z_.-]{0,12}token)["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>[0-9A-Za-z]{24})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
