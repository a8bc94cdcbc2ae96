using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags C# that puts values into a command line that a shell reads.</summary>
internal sealed class CSharpCommandInjection : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD009", "csharp-command-injection", Category.Security, Severity.High,
        What: "A process in C# that is a shell with a command put together of text and values.",
        Why: "A value with `&` or `;` in it is a second command.",
        Remedy: "Start the program itself, with its arguments one by one in `ArgumentList`.")
    {
        Confidence = 0.85,
        Equivalents = ["roslyn/CA3006", "sonar/S2076", "semgrep/csharp.lang.security.injections.os-command.os-command-injection"],
        References = ["CWE-78", "OWASP A03:2021", "https://learn.microsoft.com/dotnet/api/system.diagnostics.processstartinfo.argumentlist"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.CSharp, "Start"), (SourceLanguage.CSharp, "ProcessStartInfo")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens))
        {
            if ((call.IsNew || call.Receiver is "Process" or "System.Diagnostics.Process") && call.Arguments is [var program, var arguments, ..]
                && tokens.IsText(program.First) && tokens.Content(program.First) is "cmd" or "cmd.exe" or "sh" or "bash" or "/bin/sh" or "/bin/bash" or "powershell" or "powershell.exe" or "pwsh"
                && BuiltText.Read(tokens, tokens.Resolve(arguments)) is { } parts
                && parts[0].Text.TrimStart() is var start && (start.StartsWith("/c", StringComparison.OrdinalIgnoreCase) || start.StartsWith("-c", StringComparison.OrdinalIgnoreCase)))
            {
                yield return At(call, $"The shell command is put together with '{parts.First(part => !part.IsLiteral).Text}'.");
            }
        }
    }
}
