using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags several files that are copied to one.</summary>
internal sealed class CopySeveralToFile : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT032", "copy-several-to-file", Category.CodeQuality, Severity.Medium,
        What: "`COPY` or `ADD` with several sources and a target that does not end with a slash.",
        Why: "The build fails: the target of several files must be a folder, and says so with a slash.",
        Remedy: "End the target with `/`.")
    {
        Confidence = 0.97,
        Equivalents = ["hadolint/DL3021", "trivy/DS011"],
        References = ["https://docs.docker.com/reference/dockerfile/#copy"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var instruction in dockerfile.Instructions.Where(instruction => instruction.Keyword is "COPY" or "ADD"))
        {
            if (CopyWords.Of(instruction) is [_, _, .., var target] words && target[^1] is not ('/' or '\\') && target is not ("." or "..")
                && !target.EndsWith("/.", StringComparison.Ordinal) && !target.EndsWith("/..", StringComparison.Ordinal) && !target.Contains('$', StringComparison.Ordinal)

                // A comment or an operator of a shell: something else is wrong.
                && !words.Any(word => word.StartsWith('#') || word is "||" or "&&" or "2>/dev/null" || word.Contains('>', StringComparison.Ordinal)) && dockerfile.Escape == '\\')
            {
                yield return At(file, instruction, $"{words.Count - 1} sources are copied to '{target}', which is no folder without a slash at its end.") with { Fix = Repair(file, dockerfile, instruction, target) };
            }
        }
    }

    private static Fix? Repair(SnapshotFile file, Dockerfile dockerfile, DockerInstruction instruction, string target)
    {
        var line = instruction.Text.LastLine;
        var text = dockerfile.Lines[line - 1].TrimEnd();
        return text.EndsWith(target, StringComparison.Ordinal) && instruction.Heredocs.Count == 0
            ? DockerFix.Change(file, dockerfile, line, text.Length, 0, "/", "End the target with a slash")
            : null;
    }
}
