
namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags files in which a merge was not finished.</summary>
internal sealed class MergeConflict : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP006", "merge-conflict", Category.CodeQuality, Severity.High,
        What: "The marks of a merge conflict in a file: `<<<<<<<`, `=======` and `>>>>>>>` at the beginnings of lines.",
        Why: "The file is two versions at once, which no program reads as either.",
        Remedy: "Choose one of the two, and delete the marks.")
    {
        Equivalents = ["precommit/check-merge-conflict"],
        References = ["https://git-scm.com/docs/git-merge#_how_conflicts_are_presented"],
    };

    public bool Reads(SnapshotFile file) => file.Extension is not (".md" or ".rst" or ".adoc" or ".txt" or ".patch" or ".diff" or ".snap") && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (!file.Text.Contains("<<<<<<< ", StringComparison.Ordinal) || !file.Text.Contains(">>>>>>> ", StringComparison.Ordinal))
        {
            yield break;
        }

        var start = 0;
        var isDivided = false;
        foreach (var (number, line) in file.Lines())
        {
            if (line.StartsWith("<<<<<<< ", StringComparison.Ordinal))
            {
                (start, isDivided) = (number, false);
            }
            else if (line == "=======")
            {
                isDivided = start > 0;
            }
            else if (line.StartsWith(">>>>>>> ", StringComparison.Ordinal) && isDivided)
            {
                yield return Descriptor.At(file.Path, start, "A merge was not finished here.", number);
                (start, isDivided) = (0, false);
            }
        }
    }
}
