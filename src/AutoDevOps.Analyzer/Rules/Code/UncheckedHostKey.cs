using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags SSH clients that talk to whoever answers.</summary>
internal sealed class UncheckedHostKey : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD037", "unchecked-host-key", Category.Security, Severity.Medium,
        What: "An SSH client that accepts every key of a host (paramiko, Go, JSch).",
        Why: "Whoever answers in the server's place gets the password and the commands.",
        Remedy: "Load the known keys, and refuse others.")
    {
        Equivalents = ["bandit/B507", "ruff/S507", "gosec/G106", "codeql/go/insecure-hostkeycallback", "codeql/py/paramiko-missing-host-key-validation"],
        References = ["CWE-322", "CWE-295", "OWASP A07:2021"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.Python, "set_missing_host_key_policy"), (SourceLanguage.Go, "InsecureIgnoreHostKey"), (SourceLanguage.Java, "setConfig")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens))
        {
            var accepts = tokens.Language switch
            {
                SourceLanguage.Python => tokens.Between(call.Open, call.Close) is var policy && (policy.Contains("AutoAddPolicy", StringComparison.Ordinal) || policy.Contains("WarningPolicy", StringComparison.Ordinal)),
                SourceLanguage.Java => call.Arguments is [var key, var value] && tokens.Content(key.First) is "StrictHostKeyChecking" && tokens.Content(value.First) is "no",
                _ => call.Receiver == "ssh",
            };
            if (accepts)
            {
                yield return At(call, "Every key of a host is accepted.");
            }
        }
    }
}
