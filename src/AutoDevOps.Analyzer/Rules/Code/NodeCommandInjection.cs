using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags JavaScript that puts what came with a request into a command line that a shell reads.</summary>
/// <remarks>Build scripts put names of their own into commands all day: only what surely comes from outside is told.</remarks>
internal sealed class NodeCommandInjection : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD007", "node-command-injection", Category.Security, Severity.Critical,
        What: "A shell command in Node.js (`exec`, `execSync`) with what came with a request in it.",
        Why: "A value with `;` or `$(…)` in it is a second command, run by whoever sent the request.",
        Remedy: "Use `execFile` or `spawn` with a list of arguments.")
    {
        Confidence = 0.9,
        Equivalents = ["eslint/security/detect-child-process", "codeql/js/command-line-injection", "semgrep/javascript.lang.security.detect-child-process"],
        References = ["CWE-78", "OWASP A03:2021", "https://nodejs.org/api/child_process.html#child_processexeccommand-options-callback"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.JavaScript, "exec"), (SourceLanguage.JavaScript, "execSync")];

    protected override bool MayConcern(SourceLanguage language, string text) => RequestData.MayBeIn(language, text);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        if (!tokens.Source.Contains("child_process", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var call in Calls(tokens))
        {
            if (call.Receiver is "" or "child_process" or "childProcess" or "cp" && call.Arguments is [var command, ..] && RequestData.IsIn(tokens, tokens.Resolve(command)))
            {
                yield return At(call, "What came with the request is part of a shell command.");
            }
        }
    }
}
