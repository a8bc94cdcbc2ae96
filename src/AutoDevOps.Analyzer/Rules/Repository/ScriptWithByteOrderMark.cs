using System.Text;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags scripts that begin with a byte order mark.</summary>
internal sealed class ScriptWithByteOrderMark : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP012", "script-with-byte-order-mark", Category.CodeQuality, Severity.Medium,
        What: "A script with a byte order mark before `#!`.",
        Why: "The kernel sees no `#!`, and the shell a command that begins with three odd bytes.",
        Remedy: "Save it as UTF-8 without a mark.")
    {
        Equivalents = ["precommit/fix-byte-order-marker", "shellcheck/SC1082"],
        References = ["https://www.shellcheck.net/wiki/SC1082"],
    };

    private const int MarkBytes = 3;

    public bool Reads(SnapshotFile file) => file.Extension is ".sh" or ".bash" or ".py" or ".rb" or ".pl" or "" && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        // The text comes without the mark; the size is that of the file.
        var isMarked = file.Text.StartsWith("#!", StringComparison.Ordinal) && !file.Text.Contains('\uFFFD', StringComparison.Ordinal)
            && file.Size == Encoding.UTF8.GetByteCount(file.Text) + MarkBytes;
        return isMarked ? [Descriptor.At(file.Path, 1, "A mark stands before the '#!'.")] : [];
    }
}
