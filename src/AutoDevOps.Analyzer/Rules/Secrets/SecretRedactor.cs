using System.Buffers;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Takes secrets out of text that is quoted from a repository: messages, evidence, diagnostics. What only looks like one goes too.</summary>
internal static partial class SecretRedactor
{
    private static readonly Regex[] Others = [AwsKeyId(), PemBody(), UserInformation()];

    private static readonly SearchValues<string> OtherMarks = SearchValues.Create(["AKIA", "ASIA", "PRIVATE KEY", "://"], StringComparison.Ordinal);

    /// <summary>Whether something in the text would be taken out.</summary>
    public static bool IsNeeded(string text) => Patterns(text).Any(pattern => pattern.IsMatch(text));

    public static string Redact(string text)
    {
        foreach (var pattern in Patterns(text))
        {
            text = pattern.Replace(text, match => match.Value.Replace(match.Groups["secret"].Value, Redaction.Of(match.Groups["secret"].Value), StringComparison.Ordinal));
        }

        return text;
    }

    /// <summary>What could find something in the text, by the keywords that are in it.</summary>
    private static List<Regex> Patterns(string text)
    {
        List<Regex> patterns = [.. SecretKeywords.RulesIn(text).OfType<SecretFormat>().Select(format => format.Pattern)];
        if (text.AsSpan().ContainsAny(OtherMarks))
        {
            patterns.AddRange(Others);
        }

        return patterns;
    }

    [GeneratedRegex(@"\b(?<secret>A[KS]IA[A-Z2-7]{16})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AwsKeyId();

    [GeneratedRegex(@"PRIVATE KEY-----(?<secret>.{4,})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PemBody();

    /// <summary>The part of an address before its host (RFC 3986, 3.2.1), where it holds a password or a token.</summary>
    [GeneratedRegex(@"://(?<secret>[^/@\s'""]{4,})@", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UserInformation();
}
