using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>What comes from a request as whoever sent it wrote it.</summary>
internal static partial class RequestData
{
    /// <summary>Whether an expression holds it as it came; made a number or quoted, it is something else.</summary>
    public static bool IsIn(SourceTokens tokens, SourceArgument argument) => IsIn(tokens.Language, tokens.Between(argument.First, argument.End));

    public static bool IsIn(SourceLanguage language, string expression) => Of(language).IsMatch(expression) && !BuiltText.IsHarmless(expression);

    /// <summary>Whether a file can hold any; cheap to ask.</summary>
    public static bool MayBeIn(SourceLanguage language, string text) => language switch
    {
        SourceLanguage.Python => text.Contains("request.", StringComparison.Ordinal),
        SourceLanguage.JavaScript => text.Contains("req.", StringComparison.Ordinal) || text.Contains("request.", StringComparison.Ordinal) || text.Contains("ctx.", StringComparison.Ordinal),
        SourceLanguage.Java => text.Contains("getParameter(", StringComparison.Ordinal) || text.Contains("getHeader(", StringComparison.Ordinal)
            || text.Contains("getQueryString(", StringComparison.Ordinal) || text.Contains("getCookies(", StringComparison.Ordinal),
        SourceLanguage.Go => Go().IsMatch(text),
        _ => text.Contains("Request.", StringComparison.Ordinal),
    };

    /// <summary>Whether an expression is that, or begins with it, so that what comes after cannot make it harmless.</summary>
    public static bool Begins(SourceLanguage language, string expression)
    {
        foreach (var match in Of(language).EnumerateMatches(expression))
        {
            return match.Index == 0 && !BuiltText.IsHarmless(expression);
        }

        return false;
    }

    private static Regex Of(SourceLanguage language) => language switch
    {
        SourceLanguage.Python => Python(),
        SourceLanguage.JavaScript => JavaScript(),
        SourceLanguage.Java => Java(),
        SourceLanguage.Go => Go(),
        _ => CSharp(),
    };

    [GeneratedRegex(@"\b(flask\.)?request\.(args|form|values|GET|POST|json|data|cookies|files|query_params|get_json\(|body)(\b|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Python();

    [GeneratedRegex(@"\b(req|request|ctx|ctx\.request|context\.request)\.(query|params|body|cookies)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex JavaScript();

    [GeneratedRegex(@"\b(req|request|httpServletRequest|servletRequest)\.(getParameter|getHeader|getQueryString|getCookies)\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Java();

    [GeneratedRegex(@"\b(r|req|request)\.(URL\.Query\(\)|FormValue\(|PostFormValue\(|PathValue\()|\bc\.(Query|Param|PostForm|QueryParam|FormValue)\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Go();

    [GeneratedRegex(@"\bRequest\.(Query|Form|QueryString|Cookies|Params)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex CSharp();
}
