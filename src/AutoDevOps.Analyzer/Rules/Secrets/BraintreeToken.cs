using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a production access token of Braintree (PayPal).</summary>
internal sealed partial class BraintreeToken() : SecretFormat("access_token$production$")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC020", "braintree-token", Category.Security, Severity.Critical,
        What: "A production access token of Braintree (PayPal).",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Braintree under API, Keys"))
    {
        Confidence = 0.98,
        Equivalents = ["trufflehog/PaypalOauth"],
        References = [.. SecretAdvice.References, "https://developer.paypal.com/braintree/docs/guides/extend/oauth/access-tokens"],
    };

    protected override string Thing => "An access token of Braintree";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"(?<secret>access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32})(?![0-9A-Za-z])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
