using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags cookies of sessions that scripts may read, or that travel in clear.</summary>
internal sealed partial class UnprotectedCookie : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD029", "unprotected-cookie", Category.Security, Severity.Medium,
        What: "A cookie of a session or token whose `HttpOnly` is switched off.",
        Why: "One script that gets into a page takes the session with it.",
        Remedy: "Leave `HttpOnly` and `Secure` on for cookies that say who somebody is.")
    {
        Confidence = 0.85,
        Equivalents = ["gosec/G124", "sonar/S3330", "codeql/js/client-exposed-cookie", "codeql/py/client-exposed-cookie", "spotbugs/HTTPONLY_COOKIE"],
        References = ["CWE-1004", "CWE-614", "OWASP A05:2021", "https://developer.mozilla.org/docs/Web/HTTP/Guides/Cookies#security"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.JavaScript, "cookie"), (SourceLanguage.JavaScript, "session"), (SourceLanguage.Python, "set_cookie"), (SourceLanguage.CSharp, "Append"), (SourceLanguage.Python, "SESSION_COOKIE_HTTPONLY")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens))
        {
            var arguments = call.Arguments;
            var isSession = tokens.Is(call.Word, "session") || (arguments is [var name, ..] && tokens.IsText(name.First) && Session().IsMatch(tokens.Content(name.First)) && !Csrf().IsMatch(tokens.Content(name.First)));
            if (isSession && Off().IsMatch(tokens.Between(call.Open, call.Close + 1)))
            {
                yield return At(call, "Scripts may read this cookie.");
            }
        }

        foreach (var word in tokens.Words("SESSION_COOKIE_HTTPONLY"))
        {
            if (tokens.Is(word + 1, "=") && tokens.Is(word + 2, "False"))
            {
                yield return new(word, word + 2, "Scripts may read the cookie of the session.");
            }
        }
    }

    [GeneratedRegex(@"\b(httpOnly\s*:\s*false|httponly\s*=\s*False|HttpOnly\s*=\s*false)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Off();

    [GeneratedRegex("(?i:sess|auth|token|jwt|^sid$|connect\\.sid)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Session();

    [GeneratedRegex("(?i:csrf|xsrf|public)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Csrf();
}
