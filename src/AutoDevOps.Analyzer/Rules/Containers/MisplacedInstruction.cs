using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags instructions that stand where Docker refuses them.</summary>
internal sealed class MisplacedInstruction : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT037", "misplaced-instruction", Category.CodeQuality, Severity.High,
        What: "An instruction before the first `FROM` that is no `ARG`, or `ONBUILD` of `FROM`, `MAINTAINER` or `ONBUILD`.",
        Why: "The build fails.",
        Remedy: "Move the instruction below `FROM`, or take `ONBUILD` away.")
    {
        Confidence = 0.97,
        Equivalents = ["hadolint/DL3043", "hadolint/DL3061"],
        References = ["https://docs.docker.com/reference/dockerfile/#format", "https://docs.docker.com/reference/dockerfile/#onbuild"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        // Without any FROM it is a part that others include.
        if (dockerfile.Stages.Count > 0 && dockerfile.Instructions[0] is var first && first.Keyword is not ("FROM" or "ARG") && UnknownDockerInstruction.Known.Contains(first.Keyword))
        {
            yield return At(file, first, $"{first.Keyword} stands before the first FROM.");
        }

        foreach (var instruction in dockerfile.Instructions.Where(instruction => instruction.Keyword == "ONBUILD"))
        {
            if (instruction.Words().FirstOrDefault()?.ToUpperInvariant() is "FROM" or "MAINTAINER" or "ONBUILD")
            {
                yield return At(file, instruction, $"ONBUILD {instruction.Words().First().ToUpperInvariant()} is refused.");
            }
        }
    }
}
