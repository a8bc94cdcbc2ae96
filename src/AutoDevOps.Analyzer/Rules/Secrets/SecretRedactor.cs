using System.Buffers;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Takes secrets out of text that is quoted from a repository: messages, evidence, diagnostics. What only looks like one goes too.</summary>
internal static partial class SecretRedactor
{
    private static readonly Regex[] Others = [AwsKeyId(), AwsSecret(), PemBody(), UserInformation()];

    private static readonly SearchValues<string> OtherMarks = SearchValues.Create(["AKIA", "ASIA", "secret_access_key", "SECRET_ACCESS_KEY", "ecretAccessKey", "PRIVATE KEY", "://"], StringComparison.Ordinal);

    /// <summary>Whether something in the text would be taken out.</summary>
    public static bool IsNeeded(string text) => Redact(text) != text;

    public static string Redact(string text)
    {
        var redacted = RedactPlain(text);
        if (!Escape().IsMatch(redacted))
        {
            return redacted;
        }

        // In a quoted string an escape may stand where a value begins: \u0022 is a quote, and no part of what follows.
        var plain = Escape().Replace(redacted, match => match.Value[1] switch
        {
            'u' => ((char)Convert.ToInt32(match.Value[2..], 16)).ToString(),
            '"' => "\"",
            _ => " ",
        });
        var again = RedactPlain(plain);
        return again == plain ? redacted : again;
    }

    private static string RedactPlain(string text)
    {
        // An address loses its user with its password, so it comes first.
        if (text.AsSpan().ContainsAny(OtherMarks))
        {
            foreach (var pattern in Others)
            {
                text = pattern.Replace(text, match => match.Value.Replace(match.Groups["secret"].Value, Redaction.Of(match.Groups["secret"].Value), StringComparison.Ordinal));
            }
        }

        foreach (var format in SecretKeywords.RulesIn(text).OfType<SecretFormat>())
        {
            text = format.Redact(text);
        }

        return text;
    }

    [GeneratedRegex(@"\\(u00[0-9A-Fa-f]{2}|[""nrt])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Escape();

    [GeneratedRegex(@"\b(?<secret>A[KS]IA[A-Z2-7]{16})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AwsKeyId();

    [GeneratedRegex("""(?i:secret_?access_?key)["']{0,2}\s{0,4}[:=]\s{0,4}["']?(?<secret>[0-9A-Za-z/+]{40})(?![0-9A-Za-z/+=])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AwsSecret();

    [GeneratedRegex(@"PRIVATE KEY( BLOCK)?-----(?<secret>.{4,})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PemBody();

    /// <summary>The part of an address before its host (RFC 3986, 3.2.1), where it holds a password or a token.</summary>
    [GeneratedRegex(@"://(?<secret>[^/@\s'""…]{4,})@", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UserInformation();
}
