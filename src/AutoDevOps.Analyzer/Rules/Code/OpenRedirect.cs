using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags redirects to an address that came with a request.</summary>
internal sealed class OpenRedirect : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD035", "open-redirect", Category.Security, Severity.Medium,
        What: "A redirect to an address that is taken from a request as it came.",
        Why: "A link to a trusted site ends on another, which looks the same and asks for the password.",
        Remedy: "Redirect to paths of your own only, or choose from a list (`LocalRedirect`, `url_has_allowed_host_and_scheme`).")
    {
        Confidence = 0.9,
        Equivalents = ["codeql/js/server-side-unvalidated-url-redirection", "codeql/py/url-redirection", "sonar/S5146", "spotbugs/UNVALIDATED_REDIRECT", "roslyn/SCS0027", "semgrep/python.flask.security.open-redirect"],
        References = ["CWE-601", "OWASP A01:2021"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.JavaScript, "redirect"), (SourceLanguage.Python, "redirect"), (SourceLanguage.Python, "HttpResponseRedirect"), (SourceLanguage.Java, "sendRedirect"),
        (SourceLanguage.CSharp, "Redirect"), (SourceLanguage.Go, "Redirect"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) => RequestData.MayBeIn(language, text);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        if (tokens.Source.Contains("allowed_host", StringComparison.Ordinal) || tokens.Source.Contains("is_safe_url", StringComparison.Ordinal) || tokens.Source.Contains("IsLocalUrl", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var call in Calls(tokens))
        {
            foreach (var argument in call.Arguments.Take(3))
            {
                if (tokens.Resolve(First(tokens, argument)) is var address && RequestData.Begins(tokens.Language, tokens.Between(address.First, address.End)))
                {
                    yield return At(call, "Whoever made the link chooses where it leads.");
                    break;
                }
            }
        }
    }

    /// <summary>Of <c>name or other</c> the name.</summary>
    private static SourceArgument First(SourceTokens tokens, SourceArgument argument) =>
        argument.End > argument.First + 2 && (tokens.Is(argument.First + 1, "or") || tokens.Is(argument.First + 1, "|") || (tokens.Is(argument.First + 1, "?") && tokens.Is(argument.First + 2, "?")))
            ? argument with { End = argument.First + 1 }
            : argument;
}
