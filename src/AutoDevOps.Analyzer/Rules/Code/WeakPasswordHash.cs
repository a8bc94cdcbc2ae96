using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags passwords that are hashed with something made to be fast.</summary>
internal sealed partial class WeakPasswordHash : CodeRule
{
    private static readonly string[] Python = ["md5", "sha1", "sha256", "sha512"];
    private static readonly string[] Java = ["md5Hex", "sha1Hex", "sha256Hex", "md5DigestAsHex"];

    public override RuleDescriptor Descriptor { get; } = new(
        "COD018", "weak-password-hash", Category.Security, Severity.High,
        What: "A password that is hashed with MD5, SHA-1 or plain SHA-2.",
        Why: "Billions of guesses a second are tried against a stolen table of such hashes.",
        Remedy: "Use argon2, scrypt, bcrypt or PBKDF2 with many rounds, and a salt for each password.")
    {
        Confidence = 0.9,
        Equivalents = ["bandit/B324", "ruff/S324", "codeql/py/weak-sensitive-data-hashing", "codeql/js/insufficient-password-hash", "sonar/S5344", "semgrep/python.lang.security.audit.md5-used-as-password"],
        References = ["CWE-916", "CWE-328", "OWASP A02:2021", "https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        .. Python.Select(word => (SourceLanguage.Python, word)), .. Java.Select(word => (SourceLanguage.Java, word)),
        (SourceLanguage.Python, "setPassword"), (SourceLanguage.JavaScript, "update"), (SourceLanguage.CSharp, "HashData"), (SourceLanguage.CSharp, "ComputeHash"), (SourceLanguage.Go, "Sum"), (SourceLanguage.Go, "Sum256"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) =>
        text.Contains("passw", StringComparison.OrdinalIgnoreCase);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        // A client sends what its server asks for.
        if (!tokens.Source.Contains("passw", StringComparison.OrdinalIgnoreCase) || Client().IsMatch(tokens.Source))
        {
            yield break;
        }

        foreach (var call in Calls(tokens))
        {
            if (tokens.Is(call.Word, "setPassword") && tokens.Language == SourceLanguage.Python)
            {
                if (call.Arguments is [var given] && Broken(tokens, given) is { } broken)
                {
                    yield return At(call, $"A password is hashed with {broken}.");
                }
            }
            else if (Algorithm(call) is { } algorithm && call.Arguments is [var first, ..] && Password().IsMatch(tokens.Between(first.First, first.End))
                && !tokens.Source.Contains("pwnedpasswords", StringComparison.Ordinal))
            {
                yield return At(call, $"A password is hashed with {algorithm}.");
            }
        }
    }

    /// <summary>The broken algorithm that the value comes from, by the name that it or the object before its dot was given.</summary>
    private static string? Broken(SourceTokens tokens, SourceArgument argument)
    {
        var first = tokens.Is(argument.First + 1, ".") ? argument with { End = argument.First + 1 } : argument;
        var given = tokens.Resolve(first);
        var match = BrokenHash().Match(tokens.Between(given.First, given.End));
        return match.Success ? match.Groups["name"].Value.ToUpperInvariant() : null;
    }

    [GeneratedRegex(@"^(hashlib\.(?<name>md5|sha1)\(|hashes\.Hash\(hashes\.(?<name>MD5|SHA1)\(|(?<name>MD5|SHA1?)\.new\()", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex BrokenHash();

    private static string? Algorithm(SourceCall call)
    {
        var tokens = call.Tokens;
        var name = tokens.Text(call.Word).ToString();
        switch (tokens.Language)
        {
            case SourceLanguage.Python:
                return call.Receiver == "hashlib" ? name.ToUpperInvariant() : null;
            case SourceLanguage.Java:
                return call.Receiver is "DigestUtils" ? name : null;
            case SourceLanguage.Go:
                return call.Receiver is "md5" or "sha1" or "sha256" ? call.Receiver : null;
            case SourceLanguage.CSharp:
                return call.Receiver is "MD5" or "SHA1" or "SHA256" or "SHA512" or "md5" or "sha1" or "sha256" or "sha512" ? call.Receiver.ToUpperInvariant() : null;
            default:
                // createHash('md5').update(password)
                var close = call.Word - 2;
                return tokens.Is(close, ")") && tokens.Partner(close) is var open and > 0 && tokens.Is(open - 1, "createHash") && tokens.IsText(open + 1) ? tokens.Content(open + 1).ToString() : null;
        }
    }

    [GeneratedRegex("scramble|challenge|handshake|HttpRequestMessage|HttpClient|requests\\.(get|post)|axios|http\\.NewRequest", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Client();

    // A hash of a hash, a file or a key named after passwords is another thing.
    [GeneratedRegex(@"^(\w+\()?([\w$]+\??\.)*(?i:[a-z_]*password|[a-z_]*passwd|pwd)\)?(\.\w+\([^()]*\)|\s*\+\s*[\w.]+|\s*,.*)?\)*$|^Encoding\.\w+\.GetBytes\(([\w.]+\.)?(?i:password)\)$|^\[\]byte\(([\w.]+\.)?(?i:password)\)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
