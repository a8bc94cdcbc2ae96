using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of Mailchimp, which ends with its data centre.</summary>
internal sealed partial class MailchimpKey() : SecretFormat("-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC025", "mailchimp-key", Category.Security, Severity.Critical,
        What: "An API key of Mailchimp, which ends with its data centre.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Mailchimp under Extras, API keys"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/mailchimp-api-key"],
        References = [.. SecretAdvice.References, "https://mailchimp.com/developer/marketing/guides/quick-start/"],
    };

    protected override string Thing => "An API key of Mailchimp";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>[0-9a-f]{32}-us[0-9]{1,2})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
