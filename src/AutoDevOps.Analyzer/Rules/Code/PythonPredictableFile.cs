using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags names of temporary files that somebody else may take first.</summary>
internal sealed class PythonPredictableFile : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD030", "python-predictable-file", Category.Security, Severity.Medium,
        What: "`tempfile.mktemp` or `os.tempnam` in Python.",
        Why: "Between the name and the file somebody else may put a file or a link there.",
        Remedy: "Use `tempfile.mkstemp`, `NamedTemporaryFile` or `TemporaryDirectory`.")
    {
        Equivalents = ["bandit/B306", "ruff/S306", "codeql/py/insecure-temporary-file"],
        References = ["CWE-377", "https://docs.python.org/3/library/tempfile.html#tempfile.mktemp"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.Python, "mktemp"), (SourceLanguage.Python, "tempnam"), (SourceLanguage.Python, "tmpnam")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path) =>
        Calls(tokens).Where(call => tokens.Is(call.Word, "mktemp") ? call.Receiver == "tempfile" : call.Receiver == "os")
            .Select(call => At(call, "Somebody else may take the name first."));
}
