using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a secret (whsec_) with which Stripe or Svix signs webhooks.</summary>
internal sealed partial class StripeWebhookSecret() : SecretFormat("whsec_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC018", "stripe-webhook-secret", Category.Security, Severity.High,
        What: "A secret (`whsec_`) with which Stripe or Svix signs webhooks.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the vendor under webhooks by rolling the secret"))
    {
        Confidence = 0.9,
        Equivalents = ["trufflehog/Stripe"],
        References = [.. SecretAdvice.References, "https://docs.stripe.com/webhooks/signature"],
    };

    protected override string Thing => "A signing secret of webhooks";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>whsec_[0-9A-Za-z+/]{32,64}={0,2})(?![0-9A-Za-z+/=_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
