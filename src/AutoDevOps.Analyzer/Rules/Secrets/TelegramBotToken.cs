using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a token of a Telegram bot.</summary>
internal sealed partial class TelegramBotToken() : SecretFormat(":AA")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC016", "telegram-bot-token", Category.Security, Severity.High,
        What: "A token of a Telegram bot.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("with `/revoke` at @BotFather"))
    {
        Confidence = 0.96,
        Equivalents = ["gitleaks/telegram-bot-api-token"],
        References = [.. SecretAdvice.References, "https://core.telegram.org/bots/api#authorizing-your-bot"],
    };

    protected override string Thing => "A bot token of Telegram";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"(?<![0-9A-Za-z])(?<secret>[0-9]{8,10}:AA[0-9A-Za-z_-]{33})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
