using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Go that puts values into a command line that a shell reads.</summary>
internal sealed class GoCommandInjection : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD010", "go-command-injection", Category.Security, Severity.High,
        What: "A command in Go that is a shell with a line put together of text and values.",
        Why: "A value with `;` or `$(…)` in it is a second command.",
        Remedy: "Run the program itself, with its arguments one by one.")
    {
        Confidence = 0.85,
        Equivalents = ["gosec/G204", "codeql/go/command-injection", "semgrep/go.lang.security.audit.dangerous-exec-command"],
        References = ["CWE-78", "OWASP A03:2021", "https://pkg.go.dev/os/exec"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.Go, "Command"), (SourceLanguage.Go, "CommandContext")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens).Where(call => call.Receiver == "exec"))
        {
            var arguments = call.Arguments.Skip(tokens.Is(call.Word, "Command") ? 0 : 1).ToList();
            if (arguments is [var shell, var option, var line, ..] && tokens.IsText(shell.First)
                && tokens.Content(shell.First) is "sh" or "bash" or "/bin/sh" or "/bin/bash" or "cmd" && tokens.Content(option.First) is "-c" or "/c" or "/C"
                && BuiltText.Read(tokens, tokens.Resolve(line)) is { } parts)
            {
                yield return At(call, $"The shell command is put together with '{parts.First(part => !part.IsLiteral).Text}'.");
            }
        }
    }
}
