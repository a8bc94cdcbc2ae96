using System.Text;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds private keys in PEM whose content really is one; those that a password protects weigh less.</summary>
internal sealed partial class PrivateKey() : SecretRule("PRIVATE KEY-----")
{
    private const int MaxLength = 32_768;

    public override RuleDescriptor Descriptor { get; } = new(
        "SEC003", "private-key", Category.Security, Severity.Critical,
        What: "A private key in PEM, outside tests; one that a password protects is of low severity.",
        Why: SecretAdvice.Why,
        Remedy: "Replace the key pair everywhere it is trusted, and keep the new key in a secret store.")
    {
        Equivalents = ["gitleaks/private-key", "secretlint/secretlint-rule-privatekey"],
        References = ["CWE-321", .. SecretAdvice.References, "https://www.rfc-editor.org/rfc/rfc7468"],
    };

    // Test servers need keys; a key beside tests opens nothing else.
    public override bool Reads(SnapshotFile file) => !file.IsTest && !IsForDevelopment(file) && file.Extension is not (".md" or ".mdx" or ".rst" or ".adoc" or ".html");

    public override IEnumerable<Finding> Check(SnapshotFile file)
    {
        // The JSON of a service account is told by a rule that knows where to revoke it.
        if (Lines(file).Count == 0 || GcpServiceAccount.IsKeyFile(file))
        {
            yield break;
        }

        foreach (var (position, kind, isEncrypted) in KeysOf(file.Text))
        {
            var line = 1 + file.Text.AsSpan(0, position).Count('\n');
            var finding = Descriptor.At(file.Path, line, $"A private key stands here {(isEncrypted ? "under a password" : "in clear")} ({kind} PRIVATE KEY).".Replace("( ", "(", StringComparison.Ordinal));
            yield return isEncrypted ? finding with { Severity = Severity.Low } : finding;
        }
    }

    /// <summary>Whether there is an unencrypted key anywhere in a text.</summary>
    internal static bool IsIn(string text) => KeysOf(text).Any(key => !key.IsEncrypted);

    private static IEnumerable<(int Position, string Kind, bool IsEncrypted)> KeysOf(string text)
    {
        foreach (Match match in Header().Matches(text))
        {
            var start = match.Index + match.Length;

            // The next dashes end the key, or there is none: no text is looked at for two headers.
            var body = text.AsSpan(start, Math.Min(MaxLength, text.Length - start));
            var footer = body.IndexOf("-----");
            if (footer > 0 && body[footer..].StartsWith("-----END") && Read(body[..footer]) is { } isEncrypted)
            {
                yield return (match.Index, match.Groups["kind"].Value.Trim(), isEncrypted || match.Groups["kind"].Value == "ENCRYPTED ");
            }
        }
    }

    /// <summary>Whether the body is encrypted, or null if it is no key. DER starts with a sequence as long as the rest; OpenSSH's own format
    /// with its name.</summary>
    private static bool? Read(ReadOnlySpan<char> body)
    {
        // Headers such as "Proc-Type: 4,ENCRYPTED" end with a line that is empty (RFC 1421).
        var isEncrypted = body.Contains("ENCRYPTED", StringComparison.Ordinal);
        if (body.LastIndexOf(':') is >= 0 and var colon)
        {
            var rest = body[colon..];
            var end = rest.IndexOf('\n') is >= 0 and var line ? line : rest.IndexOf("\\n", StringComparison.Ordinal);
            if (!isEncrypted || end < 0)
            {
                return null;
            }

            body = rest[end..];
        }

        var base64 = new StringBuilder();
        for (var index = 0; index < body.Length; index++)
        {
            if (body[index] == '\\' && index + 1 < body.Length && body[index + 1] is 'n' or 'r')
            {
                index++;
            }
            else if (char.IsAsciiLetterOrDigit(body[index]) || body[index] is '+' or '/' or '=')
            {
                base64.Append(body[index]);
            }
        }

        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64.ToString(), bytes, out var length) || length < 40)
        {
            return null;
        }

        var key = bytes.AsSpan(0, length);
        if (key.StartsWith("openssh-key-v1\0"u8))
        {
            // The cipher's name follows; "none" is no encryption.
            return !key[15..].StartsWith("\0\0\0\u0004none"u8);
        }

        return isEncrypted ? true : key[0] == 0x30 && DerLength(key) == length ? false : null;
    }

    private static int DerLength(ReadOnlySpan<byte> der) => der[1] switch
    {
        < 0x80 => 2 + der[1],
        0x81 => 3 + der[2],
        0x82 => 4 + (der[2] << 8) + der[3],
        _ => -1,
    };

    [GeneratedRegex(@"-----BEGIN (?<kind>RSA |EC |DSA |OPENSSH |ENCRYPTED |)PRIVATE KEY-----", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Header();
}
