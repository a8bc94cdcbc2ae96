using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an auth token or API key secret of Twilio, by the name it is assigned to.</summary>
internal sealed partial class TwilioToken() : SecretFormat("twilio")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC022", "twilio-token", Category.Security, Severity.Critical,
        What: "An auth token or API key secret of Twilio, by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the Twilio console under API keys and tokens"))
    {
        Confidence = 0.93,
        Equivalents = ["gitleaks/twilio-api-key"],
        References = [.. SecretAdvice.References, "https://www.twilio.com/docs/iam/api-keys"],
    };

    protected override string Thing => "An auth token of Twilio";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    [GeneratedRegex("""(?i:twilio[0-9a-z_.-]{0,20}(auth_?token|token|secret))["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>[0-9a-f]{32})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
