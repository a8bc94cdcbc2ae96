using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API token of Replicate.</summary>
internal sealed partial class ReplicateToken() : SecretFormat("r8_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC048", "replicate-token", Category.Security, Severity.High,
        What: "An API token of Replicate.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Replicate in the account settings, API tokens"))
    {
        Confidence = 0.96,
        Equivalents = ["trufflehog/Replicate"],
        References = [.. SecretAdvice.References, "https://replicate.com/docs/topics/security/api-tokens"],
    };

    protected override string Thing => "A token of Replicate";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>r8_[0-9A-Za-z]{37})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
