using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags HTML that holds what came with the request.</summary>
internal sealed class ReflectedHtml : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD033", "reflected-html", Category.Security, Severity.High,
        What: "An answer in HTML that what came with the request is put into as it came.",
        Why: "A link with a script in it runs in the browser of whoever follows it, as the user they are.",
        Remedy: "Render it with a template that escapes.")
    {
        Confidence = 0.9,
        Equivalents = ["codeql/js/reflected-xss", "codeql/py/reflective-xss", "codeql/go/reflected-xss", "sonar/S5131", "semgrep/javascript.express.security.audit.xss.direct-response-write"],
        References = ["CWE-79", "OWASP A03:2021", "https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.JavaScript, "send"), (SourceLanguage.JavaScript, "end"), (SourceLanguage.JavaScript, "write"), (SourceLanguage.Python, "HttpResponse"), (SourceLanguage.Python, "make_response"),
        (SourceLanguage.Go, "Fprintf"), (SourceLanguage.Go, "Write"), (SourceLanguage.Java, "println"), (SourceLanguage.Java, "print"), (SourceLanguage.Java, "write"), (SourceLanguage.CSharp, "WriteAsync"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) => RequestData.MayBeIn(language, text);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens).Where(IsAnswer))
        {
            foreach (var argument in call.Arguments.Take(3))
            {
                if (Parts(tokens, call, argument) is { } parts && parts.Any(part => part.IsLiteral && part.Text.Contains('<')) && parts.Any(part => !part.IsLiteral && RequestData.IsIn(tokens.Language, part.Text)))
                {
                    yield return At(call, "What came with the request is put into the page.");
                }
            }
        }
    }

    private static IReadOnlyList<TextPart>? Parts(SourceTokens tokens, SourceCall call, SourceArgument argument) =>
        tokens.Is(call.Word, "Fprintf") && tokens.IsText(argument.First) && argument.End == argument.First + 1
            ? [new(true, tokens.Content(argument.First).ToString()), new(false, tokens.Between(argument.End, call.Close))]
            : BuiltText.Follow(tokens, argument);

    private static bool IsAnswer(SourceCall call) => call.Tokens.Language switch
    {
        SourceLanguage.JavaScript => call.Receiver is "res" or "response" or "reply" || (call.Receiver == "()" && call.Tokens.Is(call.Word, "send")),
        SourceLanguage.Go => call.Receiver is "fmt" or "w",
        SourceLanguage.Java => call.Receiver is "out" or "writer" or "()",
        SourceLanguage.CSharp => call.Receiver.EndsWith("Response", StringComparison.Ordinal),
        _ => true,
    };
}
