using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a token of a Discord bot, whose first part is the number of the bot.</summary>
internal sealed partial class DiscordBotToken() : SecretFormat("discord", "token", "login(", ".run(")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC014", "discord-bot-token", Category.Security, Severity.High,
        What: "A token of a Discord bot, whose first part is the number of the bot.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the Discord developer portal, Bot, Reset Token"))
    {
        Confidence = 0.97,
        Equivalents = ["trufflehog/DiscordBotToken"],
        References = [.. SecretAdvice.References, "https://discord.com/developers/docs/reference#authentication"],
    };

    protected override string Thing => "A bot token of Discord";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    /// <summary>The first part is the number of the bot in base64.</summary>
    protected override bool IsReal(SecretCandidate candidate) =>
        Base64Text.Decode(candidate.Secret[..candidate.Secret.IndexOf('.', StringComparison.Ordinal)]) is { Length: >= 17 and <= 20 } number && number.All(char.IsAsciiDigit);

    [GeneratedRegex(@"(?<![0-9A-Za-z_-])(?<secret>[MNO][0-9A-Za-z_-]{22,27}\.[0-9A-Za-z_-]{6}\.[0-9A-Za-z_-]{27,38})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
