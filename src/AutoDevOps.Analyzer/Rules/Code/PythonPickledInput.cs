using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Python that unpickles what came from elsewhere.</summary>
internal sealed class PythonPickledInput : CodeRule
{
    private static readonly string[] Sources = ["recv", "urlopen", "cookies", "request.data", "request.args", "request.form", "request.get_data", "request.body", "request.GET", "request.POST", "request.json", "response.content", "resp.content", "r.content"];

    public override RuleDescriptor Descriptor { get; } = new(
        "COD013", "python-pickled-input", Category.Security, Severity.Critical,
        What: "`pickle`, `marshal`, `dill` or `jsonpickle` that reads what came over the network.",
        Why: "A pickle is a program: loading it runs what its author wants.",
        Remedy: "Use JSON, or check a signature (`hmac`) before loading.")
    {
        Confidence = 0.9,
        Equivalents = ["bandit/B301", "bandit/B302", "ruff/S301", "ruff/S302", "semgrep/python.lang.security.deserialization.avoid-pickle", "codeql/py/unsafe-deserialization"],
        References = ["CWE-502", "OWASP A08:2021", "https://docs.python.org/3/library/pickle.html"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.Python, "loads"), (SourceLanguage.Python, "load"), (SourceLanguage.Python, "decode")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens).Where(call => call.Receiver is "pickle" or "cPickle" or "_pickle" or "marshal" or "dill" or "cloudpickle" || (call.Receiver == "jsonpickle" && tokens.Is(call.Word, "decode"))))
        {
            if (call.Arguments is [var first, ..] && tokens.Resolve(first) is var data && tokens.Between(data.First, data.End) is var text && Sources.Any(source => text.Contains(source, StringComparison.Ordinal)))
            {
                yield return At(call, "What came over the network is unpickled.");
            }
        }
    }
}
