using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags <c>ADD</c> that does what <c>COPY</c> does.</summary>
internal sealed class AddInsteadOfCopy : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT027", "add-instead-of-copy", Category.CodeQuality, Severity.Low,
        What: "`ADD` of files and folders that are no archives.",
        Why: "`ADD` unpacks archives and fetches addresses: what it does with a file depends on the file.",
        Remedy: "Write `COPY`.")
    {
        Equivalents = ["hadolint/DL3020", "trivy/DS005", "checkov/CKV_DOCKER_4"],
        References = ["CIS Docker 4.9", "https://docs.docker.com/build/building/best-practices/#add-or-copy"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var instruction in dockerfile.Instructions.Where(instruction => instruction.Keyword == "ADD" && instruction.Heredocs.Count == 0))
        {
            if (CopyWords.Of(instruction) is not { Count: > 1 } words
                || instruction.HasFlag("checksum") || instruction.HasFlag("keep-git-dir") || instruction.HasFlag("unpack")
                || words.SkipLast(1).Any(source => source.Contains('$', StringComparison.Ordinal) || CopyWords.IsRemote(source) || CopyWords.IsArchive(source) || MayBeArchive(source)))
            {
                continue;
            }

            yield return At(file, instruction, $"`ADD {words[0]} {words[^1]}` does what COPY does.") with { Fix = Repair(file, dockerfile, instruction) };
        }
    }

    /// <summary><c>dist/*</c> is meant for whatever is there.</summary>
    private static bool MayBeArchive(string source) => source.EndsWith('*') && !source.EndsWith(".*", StringComparison.Ordinal) && source[(source.LastIndexOf('/') + 1)..] == "*";

    private static Fix? Repair(SnapshotFile file, Dockerfile dockerfile, DockerInstruction instruction)
    {
        var line = dockerfile.Lines[instruction.StartLine - 1];
        var column = line.Length - line.AsSpan().TrimStart().Length;
        return DockerFix.Change(file, dockerfile, instruction.StartLine, column, 3, "COPY", "Write COPY");
    }
}
