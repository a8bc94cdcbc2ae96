using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags ciphers that are broken, and the mode that shows what it hides.</summary>
internal sealed partial class BrokenCipher : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD019", "broken-cipher", Category.Security, Severity.High,
        What: "DES, RC2 or RC4, or a block cipher in ECB mode.",
        Why: "The ciphers can be broken by trying; in ECB equal blocks stay equal, and show what they hide.",
        Remedy: "Use AES-GCM or ChaCha20-Poly1305.")
    {
        Confidence = 0.9,
        Equivalents = ["bandit/B304", "bandit/B305", "ruff/S304", "ruff/S305", "gosec/G405", "roslyn/CA5351", "spotbugs/ECB_MODE", "spotbugs/DES_USAGE", "sonar/S5547", "sonar/S5542"],
        References = ["CWE-327", "OWASP A02:2021"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.Python, "new"), (SourceLanguage.Python, "ARC4"), (SourceLanguage.Python, "ECB"),
        (SourceLanguage.JavaScript, "createCipheriv"), (SourceLanguage.JavaScript, "createDecipheriv"), (SourceLanguage.JavaScript, "createCipher"),
        (SourceLanguage.Java, "getInstance"), (SourceLanguage.CSharp, "Create"), (SourceLanguage.CSharp, "DESCryptoServiceProvider"), (SourceLanguage.CSharp, "RC2CryptoServiceProvider"),
        (SourceLanguage.Go, "NewCipher"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) =>
        language != SourceLanguage.Java || text.Contains("Cipher", StringComparison.Ordinal);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens))
        {
            if (Weakness(call) is { } weakness)
            {
                yield return At(call, $"{weakness} protects nothing.");
            }
        }

        foreach (var word in tokens.Language switch { SourceLanguage.CSharp => tokens.Words("ECB"), SourceLanguage.Python => tokens.Words("MODE_ECB"), _ => [] })
        {
            if (tokens.Is(word - 1, ".") && tokens.Text(word - 2) is "CipherMode" or "AES" && !tokens.Is(word + 1, ":") && ((tokens.Is(word - 3, "=") && tokens.IsWord(word - 4)) || tokens.Is(word - 3, ",")))
            {
                yield return new(word - 2, word, "A cipher in ECB mode shows what it hides.");
            }
        }
    }

    private static string? Weakness(SourceCall call)
    {
        var tokens = call.Tokens;
        var text = call.Arguments is [var first, ..] && first.End == first.First + 1 && tokens.IsText(first.First) ? tokens.Content(first.First).ToString() : "";
        return tokens.Language switch
        {
            SourceLanguage.Python when tokens.Is(call.Word, "new") => call.Receiver is "DES" or "ARC4" or "ARC2" ? call.Receiver : null,
            SourceLanguage.Python => call.Receiver is "algorithms" or "modes" ? tokens.Text(call.Word).ToString() : null,
            SourceLanguage.JavaScript => JavaScript().Match(text) is { Success: true } match ? match.Value : null,
            SourceLanguage.Java => call.Receiver == "Cipher" && Java().Match(text) is { Success: true } match ? match.Value : null,
            SourceLanguage.CSharp => call.IsNew ? tokens.Text(call.Word).ToString() : call.Receiver is "DES" or "RC2" ? call.Receiver : null,
            _ => call.Receiver is "des" or "rc4" ? call.Receiver : null,
        };
    }

    [GeneratedRegex("^(des(-(cbc|ecb|cfb|ofb))?|rc4(-.*)?|rc2(-.*)?|bf-ecb|aes-?[0-9]+-ecb)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex JavaScript();

    // Of RSA, "ECB" is a name without a meaning.
    [GeneratedRegex("^(DES(/.*)?|RC4|ARCFOUR|RC2(/.*)?|AES/ECB/.*|DESede/ECB/.*|Blowfish/ECB/.*)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Java();
}
