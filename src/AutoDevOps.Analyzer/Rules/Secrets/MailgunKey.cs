using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a private API key of Mailgun, by the name it is assigned to.</summary>
internal sealed partial class MailgunKey() : SecretFormat("mailgun", "mg_api")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC024", "mailgun-key", Category.Security, Severity.Critical,
        What: "A private API key of Mailgun, by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Mailgun under API security"))
    {
        Confidence = 0.96,
        Equivalents = ["gitleaks/mailgun-private-api-token"],
        References = [.. SecretAdvice.References, "https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/api-keys"],
    };

    protected override string Thing => "An API key of Mailgun";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    [GeneratedRegex("""(?i:(mailgun|mg_api)[0-9a-z_.-]{0,24})["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
