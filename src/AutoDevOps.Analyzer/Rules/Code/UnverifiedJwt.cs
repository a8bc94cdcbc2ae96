using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags JSON web tokens that are believed without their signature.</summary>
internal sealed partial class UnverifiedJwt : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD027", "unverified-jwt", Category.Security, Severity.High,
        What: "A JSON web token whose signature is not checked, or whose algorithm may be `none`.",
        Why: "Anybody writes a token that says who they are.",
        Remedy: "Check the signature, with the one algorithm that tokens are signed with.")
    {
        Confidence = 0.85,
        Equivalents = ["semgrep/python.jwt.security.unverified-jwt-decode", "semgrep/javascript.jsonwebtoken.security.jwt-none-alg", "codeql/js/jwt-missing-verification", "sonar/S5659"],
        References = ["CWE-347", "OWASP A02:2021", "https://www.rfc-editor.org/rfc/rfc8725"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.Python, "decode"), (SourceLanguage.JavaScript, "verify"), (SourceLanguage.JavaScript, "sign"), (SourceLanguage.Go, "UnsafeAllowNoneSignatureType"),
        (SourceLanguage.CSharp, "RequireSignedTokens"), (SourceLanguage.CSharp, "SignatureValidator"),
    ];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var (first, last) in tokens.Language switch
        {
            SourceLanguage.CSharp => CSharp(tokens),
            SourceLanguage.Go => tokens.Words("UnsafeAllowNoneSignatureType").Select(word => (word, word)),
            _ => Calls(tokens).Where(IsUnchecked).Select(call => (call.First, call.Close)),
        })
        {
            yield return new(first, last, "The signature of the token is not checked.");
        }
    }

    private static bool IsUnchecked(SourceCall call)
    {
        var tokens = call.Tokens;
        if (call.Receiver is not ("jwt" or "jsonwebtoken" or "jose.jwt" or "JWT"))
        {
            return false;
        }

        // Who checks it somewhere else looks here for which key to take.
        return tokens.Language == SourceLanguage.Python
            ? (Unverified().IsMatch(tokens.Between(call.Open, call.Close + 1)) || (call.Named("options") is { } options && tokens.Resolve(options) is var given && Unverified().IsMatch(tokens.Between(given.First, given.End)))) && tokens.Calls("decode").Count(other => other.Receiver == call.Receiver) == 1 && !tokens.Source.Contains("get_unverified_header", StringComparison.Ordinal)
                && !OwnToken().IsMatch(tokens.Between(call.Close, Math.Min(call.Close + 40, tokens.Count)))
            : None().IsMatch(tokens.Between(call.Open, call.Close + 1));
    }

    private static IEnumerable<(int, int)> CSharp(SourceTokens tokens) =>
        tokens.Words("RequireSignedTokens").Where(word => tokens.Is(word + 1, "=") && tokens.Is(word + 2, "false")).Select(word => (word, word + 2));

    [GeneratedRegex(@"[""']verify_signature[""']\s*:\s*False|\bverify\s*=\s*False\b|algorithms?\s*=\s*\[?\s*[""']none[""']", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Unverified();

    // Whoever holds a token may look when it ends.
    [GeneratedRegex(@"[""']exp[""']", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex OwnToken();

    [GeneratedRegex(@"\balgorithms?\s*:\s*(\[[^\]]{0,200})?[""']none[""']", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex None();
}
