using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Java that puts values into a command line.</summary>
internal sealed class JavaCommandInjection : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD008", "java-command-injection", Category.Security, Severity.High,
        What: "A command line in Java that is put together of text and values: `Runtime.exec` with one text, or a shell's `-c`.",
        Why: "A value with a space in it is another argument; with a shell, one with `;` in it is another command.",
        Remedy: "Give the arguments one by one to `ProcessBuilder`, without a shell.")
    {
        Confidence = 0.85,
        Equivalents = ["spotbugs/COMMAND_INJECTION", "sonar/S2076", "semgrep/java.lang.security.audit.command-injection-process-builder"],
        References = ["CWE-78", "CWE-88", "OWASP A03:2021"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.Java, "exec"), (SourceLanguage.Java, "ProcessBuilder"), (SourceLanguage.Java, "command")];

    protected override bool MayConcern(SourceLanguage language, string text) =>
        text.Contains("ProcessBuilder", StringComparison.Ordinal) || text.Contains("getRuntime", StringComparison.Ordinal) || text.Contains("Runtime ", StringComparison.Ordinal);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens).Where(call => !tokens.Is(call.Word, "exec") || IsRuntime(call)))
        {
            var command = call.Arguments switch
            {
                [var only, ..] when tokens.Is(call.Word, "exec") => tokens.Resolve(only),
                [var shell, var option, var line] when IsShell(tokens, shell, option) => tokens.Resolve(line),
                _ => default,
            };
            if (command.End > 0 && BuiltText.Read(tokens, command) is { } parts)
            {
                yield return At(call, $"The command line is put together with '{parts.First(part => !part.IsLiteral).Text}'.");
            }
        }
    }

    private static bool IsRuntime(SourceCall call) =>
        call.Receiver is "runtime" or "rt" || (call.Receiver == "()" && call.Tokens.Between(Math.Max(0, call.Word - 4), call.Word).Contains("getRuntime", StringComparison.Ordinal));

    private static bool IsShell(SourceTokens tokens, SourceArgument shell, SourceArgument option) =>
        tokens.IsText(shell.First) && tokens.Content(shell.First) is "sh" or "bash" or "/bin/sh" or "/bin/bash" or "cmd" or "cmd.exe"
        && tokens.Content(option.First) is "-c" or "/c" or "/C";
}
