using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds live keys of Stripe.</summary>
internal sealed partial class StripeKey() : SecretFormat("sk_live_", "rk_live_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC005", "stripe-live-key", Category.Security, Severity.Critical,
        What: "A live secret or restricted key of Stripe.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Remedy)
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/stripe-access-token", "secretlint/secretlint-rule-stripe"],
        References = [.. SecretAdvice.References, "https://docs.stripe.com/keys"],
    };

    protected override string Thing => "A live key of Stripe";

    internal override Regex Pattern => Candidate();

    protected override bool IsReal(SecretCandidate candidate) => Placeholders.Entropy(candidate.Secret.AsSpan(8)) > 3.5;

    [GeneratedRegex(@"\b(?<secret>[sr]k_live_[0-9A-Za-z]{24,247})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
