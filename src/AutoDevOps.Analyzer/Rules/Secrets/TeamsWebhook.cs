using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds the address of an incoming webhook of Microsoft Teams.</summary>
internal sealed partial class TeamsWebhook() : SecretFormat(".webhook.office.com/")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC017", "teams-webhook", Category.Security, Severity.High,
        What: "The address of an incoming webhook of Microsoft Teams.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Teams in the connectors of the channel"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/microsoft-teams-webhook"],
        References = [.. SecretAdvice.References, "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook"],
    };

    protected override string Thing => "A webhook of Microsoft Teams";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>[0-9a-z-]+\.webhook\.office\.com/webhookb2/[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36}(/[0-9A-Za-z_-]{20,60})?)(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
