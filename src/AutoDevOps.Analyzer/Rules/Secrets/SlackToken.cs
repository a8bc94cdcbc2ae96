using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds tokens and incoming webhooks of Slack.</summary>
internal sealed partial class SlackToken() : SecretFormat("xoxb-", "xoxp-", "xoxe-", "xapp-", "hooks.slack.com/services/", "hooks.slack.com/workflows/")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC004", "slack-token", Category.Security, Severity.High,
        What: "A bot, user or app token of Slack, or the address of an incoming webhook.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Remedy)
    {
        Confidence = 0.95,
        Equivalents = ["gitleaks/slack-bot-token", "gitleaks/slack-user-token", "gitleaks/slack-app-token", "gitleaks/slack-webhook-url"],
        References = [.. SecretAdvice.References, "https://docs.slack.dev/authentication/tokens"],
    };

    protected override string Thing => "A token of Slack";

    internal override Regex Pattern => Candidate();

    protected override bool IsReal(SecretCandidate candidate) => Placeholders.Entropy(candidate.Secret.AsSpan(candidate.Secret.Length - 24)) > 3;

    [GeneratedRegex(@"\b(?<secret>xoxb-[0-9]{10,13}-[0-9]{10,13}-[0-9A-Za-z]{24,28}|xox[pe]-([0-9]{10,13}-){3}[0-9a-f]{32}|xapp-1-[A-Z][0-9A-Z]{8,12}-[0-9]{10,13}-[0-9a-f]{64}|hooks\.slack\.com/services/T[0-9A-Z]{8,12}/B[0-9A-Z]{8,12}/[0-9A-Za-z]{24}|hooks\.slack\.com/workflows/T[0-9A-Z]{8,12}/A[0-9A-Z]{8,12}/[0-9]{12,24}/[0-9A-Za-z]{24})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
