using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags an instruction that a later one of its stage replaces.</summary>
internal sealed class OverriddenInstruction : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT031", "overridden-instruction", Category.CodeQuality, Severity.Medium,
        What: "Several `CMD`, `ENTRYPOINT` or `HEALTHCHECK` in one stage.",
        Why: "Only the last counts; the others look as if they did something.",
        Remedy: "Keep the last, and put into it what the others were meant to do.")
    {
        Confidence = 0.97,
        Equivalents = ["hadolint/DL3012", "hadolint/DL4003", "hadolint/DL4004", "docker/MultipleInstructionsDisallowed", "trivy/DS007", "trivy/DS016", "trivy/DS023"],
        References = ["https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var stage in dockerfile.Stages)
        {
            foreach (var same in stage.Instructions.Where(instruction => instruction.Keyword is "CMD" or "ENTRYPOINT" or "HEALTHCHECK").GroupBy(instruction => instruction.Keyword))
            {
                var last = same.Last();
                foreach (var instruction in same.Where(instruction => instruction != last))
                {
                    yield return At(file, instruction, $"This {same.Key} is replaced by the one on line {last.StartLine}.") with
                    {
                        Fix = new("Delete what has no effect", file.Path, [new Edit(instruction.StartLine, instruction.EndLine, null)]),
                    };
                }
            }
        }
    }
}
