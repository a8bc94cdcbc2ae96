using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags an instruction that Docker has given up.</summary>
internal sealed class MaintainerInstruction : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT041", "maintainer-instruction", Category.CodeQuality, Severity.Info,
        What: "`MAINTAINER`.",
        Why: "The instruction is deprecated, and tools look for a label.",
        Remedy: "Write `LABEL org.opencontainers.image.authors=\"…\"`.")
    {
        Confidence = 0.99,
        Equivalents = ["hadolint/DL4000", "docker/MaintainerDeprecated", "trivy/DS022", "checkov/CKV_DOCKER_6"],
        References = ["https://docs.docker.com/reference/build-checks/maintainer-deprecated/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var instruction in dockerfile.Instructions.Where(instruction => instruction.Keyword == "MAINTAINER"))
        {
            yield return At(file, instruction, "MAINTAINER is deprecated.") with { Fix = Repair(file, instruction) };
        }
    }

    private static Fix? Repair(SnapshotFile file, DockerInstruction instruction)
    {
        var who = instruction.Arguments.Trim('"');
        return instruction.StartLine != instruction.EndLine || who.Length == 0 || who.AsSpan().IndexOfAny("\"\\$`") >= 0
            ? null
            : new("Write a label", file.Path, [new Edit(instruction.StartLine, instruction.EndLine, $"LABEL org.opencontainers.image.authors=\"{who}\"")]);
    }
}
