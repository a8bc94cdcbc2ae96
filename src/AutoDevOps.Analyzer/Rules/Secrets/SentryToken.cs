using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a user or organization token of Sentry.</summary>
internal sealed partial class SentryToken() : SecretFormat("sntrys_", "sntryu_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC055", "sentry-token", Category.Security, Severity.High,
        What: "A user or organization token of Sentry.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Sentry under auth tokens"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/sentry-user-token", "gitleaks/sentry-org-token"],
        References = [.. SecretAdvice.References, "https://docs.sentry.io/account/auth-tokens/"],
    };

    protected override string Thing => "A token of Sentry";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>sntryu_[0-9a-f]{64}|sntrys_eyJ[0-9A-Za-z+/]{40,400}={0,2}_[0-9A-Za-z+/]{43})(?![0-9A-Za-z+/_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
