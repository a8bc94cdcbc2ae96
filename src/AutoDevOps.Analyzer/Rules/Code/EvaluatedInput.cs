using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags code that comes with a request and is run.</summary>
internal sealed class EvaluatedInput : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD025", "evaluated-input", Category.Security, Severity.Critical,
        What: "`eval`, `exec`, `new Function` or a template that is given what came with a request.",
        Why: "Whoever sends the request runs code of their own on the server.",
        Remedy: "Parse the value (`JSON.parse`, `ast.literal_eval`), or choose among what is allowed.")
    {
        Equivalents = ["bandit/B307", "ruff/S307", "eslint/security/detect-eval-with-expression", "codeql/js/code-injection", "codeql/py/code-injection", "sonar/S5334"],
        References = ["CWE-95", "CWE-1336", "OWASP A03:2021"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.JavaScript, "eval"), (SourceLanguage.JavaScript, "Function"), (SourceLanguage.Python, "eval"), (SourceLanguage.Python, "exec"),
        (SourceLanguage.Python, "render_template_string"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) => RequestData.MayBeIn(language, text);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens).Where(call => call.Receiver.Length == 0))
        {
            // Values for a template, by their names, are no template.
            if (call.Arguments is [var code, ..] && RequestData.IsIn(tokens, tokens.Resolve(code)))
            {
                yield return At(call, "What came with the request is run as code.");
            }
        }
    }
}
