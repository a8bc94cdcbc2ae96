using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of SendGrid.</summary>
internal sealed partial class SendGridKey() : SecretFormat("SG.")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC023", "sendgrid-key", Category.Security, Severity.Critical,
        What: "An API key of SendGrid.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at SendGrid in the settings, API keys"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/sendgrid-api-token", "secretlint/secretlint-rule-sendgrid"],
        References = [.. SecretAdvice.References, "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys"],
    };

    protected override string Thing => "An API key of SendGrid";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
