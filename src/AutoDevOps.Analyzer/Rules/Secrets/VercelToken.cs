using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an access token of Vercel, by the name it is assigned to.</summary>
internal sealed partial class VercelToken() : SecretFormat("vercel")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC036", "vercel-token", Category.Security, Severity.Critical,
        What: "An access token of Vercel, by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Vercel in the account settings, tokens"))
    {
        Confidence = 0.93,
        Equivalents = ["trufflehog/Vercel"],
        References = [.. SecretAdvice.References, "https://vercel.com/docs/rest-api#authentication"],
    };

    protected override string Thing => "A token of Vercel";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    protected override double MinEntropy => 3.8;

    protected override bool IsReal(SecretCandidate candidate) => Randomness.IsMixed(candidate.Secret);

    [GeneratedRegex("""(?i:vercel[0-9a-z_.-]{0,12}token)["'\]]{0,2}\s{0,3}(=>|:=|=|:|,)\s{0,3}["'`]?(?<secret>[0-9A-Za-z]{24})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
