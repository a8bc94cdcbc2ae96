
namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags scripts whose first line ends as on Windows.</summary>
internal sealed class ScriptWithCarriageReturn : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP011", "script-with-carriage-return", Category.CodeQuality, Severity.Medium,
        What: "A script whose first line (`#!…`) ends with a carriage return.",
        Why: "Linux looks for a program whose name ends with that character: \"bad interpreter\".",
        Remedy: "Save it with `\\n`, and say `*.sh text eol=lf` in `.gitattributes`.")
    {
        Equivalents = ["precommit/mixed-line-ending", "shellcheck/SC1017"],
        References = ["https://www.shellcheck.net/wiki/SC1017"],
    };

    public bool Reads(SnapshotFile file) => file.Extension is ".sh" or ".bash" or ".py" or ".rb" or ".pl" or "" && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        file.Text.StartsWith("#!", StringComparison.Ordinal) && file.Text.IndexOf('\n', StringComparison.Ordinal) is var end and > 0 && file.Text[end - 1] == '\r'
            ? [Descriptor.At(file.Path, 1, "Linux does not find the program that this line names.")]
            : [];
}
