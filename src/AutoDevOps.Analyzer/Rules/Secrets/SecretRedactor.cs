using System.Buffers;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Takes secrets out of text that is quoted from a repository: messages, evidence, diagnostics. What only looks like one goes too.</summary>
internal static partial class SecretRedactor
{
    private static readonly Regex[] Formats = [.. RuleCatalog.All.OfType<SecretFormat>().Select(format => format.Pattern), AwsKeyId(), PemBody(), UserInformation()];

    private static readonly SearchValues<string> Marks = SearchValues.Create(
        [.. RuleCatalog.All.OfType<SecretFormat>().SelectMany(format => format.Keywords), "AKIA", "ASIA", "PRIVATE KEY", "://"], StringComparison.Ordinal);

    /// <summary>Whether something in the text would be taken out.</summary>
    public static bool IsNeeded(string text) => text.AsSpan().ContainsAny(Marks) && Array.Exists(Formats, format => format.IsMatch(text));

    public static string Redact(string text)
    {
        if (!text.AsSpan().ContainsAny(Marks))
        {
            return text;
        }

        foreach (var format in Formats)
        {
            text = format.Replace(text, match => match.Value.Replace(match.Groups["secret"].Value, Redaction.Of(match.Groups["secret"].Value), StringComparison.Ordinal));
        }

        return text;
    }

    [GeneratedRegex(@"\b(?<secret>A[KS]IA[A-Z2-7]{16})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AwsKeyId();

    [GeneratedRegex(@"PRIVATE KEY-----(?<secret>.{4,})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PemBody();

    /// <summary>The part of an address before its host (RFC 3986, 3.2.1), where it holds a password or a token.</summary>
    [GeneratedRegex(@"://(?<secret>[^/@\s'""]{4,})@", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UserInformation();
}
