using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags packages of Node.js that run the functions in what they read.</summary>
internal sealed partial class NodeUnsafeDeserialisation : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD017", "node-unsafe-deserialisation", Category.Security, Severity.High,
        What: "`unserialize` or `deserialize` of `node-serialize`, `serialize-to-js` or `funcster`.",
        Why: "These run the functions that they find in the text they read.",
        Remedy: "Use `JSON.parse`.")
    {
        Equivalents = ["codeql/js/unsafe-deserialization", "semgrep/javascript.express.security.audit.express-third-party-object-deserialization"],
        References = ["CWE-502", "OWASP A08:2021", "https://github.com/advisories/GHSA-q4v7-4rhw-9hqm"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.JavaScript, "unserialize"), (SourceLanguage.JavaScript, "deserialize"), (SourceLanguage.JavaScript, "deepDeserialize")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        var isUsed = Enumerable.Range(0, tokens.Count).Any(index => tokens.IsText(index) && tokens.Content(index) is "node-serialize" or "serialize-to-js" or "funcster");
        if (!isUsed)
        {
            return [];
        }

        var names = Import().Matches(tokens.Source).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        return Calls(tokens).Where(call => call.Receiver.Length == 0 || names.Count == 0 || names.Contains(call.Receiver)).Select(call => At(call, "Functions in the text are run."));
    }

    [GeneratedRegex("""\b((?<name>[\w$]{1,100})\s{0,5}=\s{0,5}require\(\s{0,5}|import\s{1,5}(\*\s{1,5}as\s{1,5})?(?<name>[\w$]{1,100})\s{1,5}from\s{1,5})["'](node-serialize|serialize-to-js|funcster)["']""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Import();
}
