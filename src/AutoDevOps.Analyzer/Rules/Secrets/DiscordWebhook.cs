using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds the address of a Discord webhook, which holds its token.</summary>
internal sealed partial class DiscordWebhook() : SecretFormat("/api/webhooks/")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC015", "discord-webhook", Category.Security, Severity.High,
        What: "The address of a Discord webhook, which holds its token.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Discord in the settings of the channel, Integrations"))
    {
        Confidence = 0.97,
        Equivalents = ["trufflehog/DiscordWebhook"],
        References = [.. SecretAdvice.References, "https://discord.com/developers/docs/resources/webhook"],
    };

    protected override string Thing => "A webhook of Discord";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 3.5;

    [GeneratedRegex(@"\b(?<secret>discord(app)?\.com/api/webhooks/[0-9]{17,20}/[0-9A-Za-z_-]{60,72})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
