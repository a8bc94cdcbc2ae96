using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags servers that let every web page act as its visitor.</summary>
internal sealed partial class CorsAnyOrigin : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD028", "cors-any-origin-with-credentials", Category.Security, Severity.High,
        What: "CORS that allows every origin together with credentials.",
        Why: "Any page that a user opens reads what the server shows to that user.",
        Remedy: "List the origins that may send credentials.")
    {
        Confidence = 0.9,
        Equivalents = ["codeql/js/cors-misconfiguration-for-credentials", "sonar/S5122", "semgrep/python.fastapi.security.wildcard-cors"],
        References = ["CWE-942", "OWASP A05:2021", "https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS#credentialed_requests_and_wildcards"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.JavaScript, "cors"), (SourceLanguage.JavaScript, "enableCors"), (SourceLanguage.Python, "add_middleware"), (SourceLanguage.Python, "CORS"),
        (SourceLanguage.CSharp, "SetIsOriginAllowed"), (SourceLanguage.Java, "allowedOriginPatterns"),
    ];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens))
        {
            var inner = tokens.Between(call.Open, call.Close + 1);
            var isOpen = tokens.Language switch
            {
                SourceLanguage.JavaScript => JavaScriptOrigin().IsMatch(inner) && inner.Length < 2_000 && JavaScriptCredentials().IsMatch(inner),
                SourceLanguage.Python => PythonOrigin().IsMatch(inner) && PythonCredentials().IsMatch(inner),
                SourceLanguage.CSharp => AnyOrigin().IsMatch(inner) && IsInChain(tokens, call, "AllowCredentials"),
                _ => inner is "(\"*\")" && IsInChain(tokens, call, "allowCredentials"),
            };
            if (isOpen)
            {
                yield return At(call, "Every origin may send credentials.");
            }
        }
    }

    /// <summary>Whether the calls on the same object, before and after, have this one among them.</summary>
    private static bool IsInChain(SourceTokens tokens, SourceCall call, string name)
    {
        for (var at = call.Close + 1; tokens.Is(at, ".") && at < call.Close + 200; at = tokens.Is(at + 2, "(") ? tokens.After(at + 2) : at + 2)
        {
            if (tokens.Is(at + 1, name))
            {
                return true;
            }
        }

        for (var at = call.Word - 1; tokens.Is(at, ".") && at > call.Word - 200;)
        {
            var open = tokens.Is(at - 1, ")") ? tokens.Partner(at - 1) : -1;
            if (open < 0)
            {
                return false;
            }

            if (tokens.Is(open - 1, name))
            {
                return true;
            }

            at = open - 2;
        }

        return false;
    }

    [GeneratedRegex(@"\borigin\s*:\s*(true\b|['""]\*['""])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex JavaScriptOrigin();

    [GeneratedRegex(@"\bcredentials\s*:\s*true\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex JavaScriptCredentials();

    [GeneratedRegex(@"\b(allow_origins|origins)\s*=\s*(\[\s*)?['""]\*['""]|\ballow_origin_regex\s*=\s*r?['""]\.\*['""]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PythonOrigin();

    [GeneratedRegex(@"\b(allow_credentials|supports_credentials)\s*=\s*True\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PythonCredentials();

    [GeneratedRegex(@"^\(\s*\(?\s*\w+\s*\)?\s*=>\s*true\s*\)$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex AnyOrigin();
}
