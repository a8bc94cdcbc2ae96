using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags packages of Node.js that run the functions in what they read.</summary>
internal sealed class NodeUnsafeDeserialisation : CodeRule
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
        return isUsed ? Calls(tokens).Select(call => At(call, "Functions in the text are run.")) : [];
    }
}
