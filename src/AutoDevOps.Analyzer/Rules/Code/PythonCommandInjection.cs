using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Python that puts values into a command line that a shell reads.</summary>
internal sealed class PythonCommandInjection : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD006", "python-command-injection", Category.Security, Severity.High,
        What: "A shell command in Python that is put together of text and values: `subprocess` with `shell=True`, `os.system`, `os.popen`.",
        Why: "A value with `;` or `$(…)` in it is a second command.",
        Remedy: "Give a list of arguments without `shell=True`, or quote each value with `shlex.quote`.")
    {
        Confidence = 0.85,
        Equivalents = ["bandit/B602", "bandit/B605", "ruff/S602", "ruff/S605", "semgrep/python.lang.security.audit.subprocess-shell-true"],
        References = ["CWE-78", "OWASP A03:2021", "https://docs.python.org/3/library/subprocess.html#security-considerations"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [.. ((string[])["run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput", "system", "popen", "create_subprocess_shell"]).Select(word => (SourceLanguage.Python, word))];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens))
        {
            if (UsesShell(call) && call.Arguments is [var command, ..] && BuiltText.Read(tokens, tokens.Resolve(command)) is { } parts)
            {
                yield return At(call, $"The shell command is put together with '{parts.First(part => !part.IsLiteral).Text}'.");
            }
        }
    }

    private static bool UsesShell(SourceCall call) => call.Tokens.Text(call.Word) switch
    {
        "system" or "popen" => call.Receiver == "os",
        "getoutput" or "getstatusoutput" => call.Receiver is "subprocess" or "commands",
        "create_subprocess_shell" => true,
        _ => call.Has("shell", "True"),
    };
}
