using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a misspelt instruction.</summary>
internal sealed class UnknownDockerInstruction : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT038", "unknown-docker-instruction", Category.CodeQuality, Severity.High,
        What: "A word where an instruction stands that is almost one.",
        Why: "The build fails.",
        Remedy: "Correct the spelling.")
    {
        Equivalents = ["hadolint/DL1000"],
        References = ["https://docs.docker.com/reference/dockerfile/#overview"],
    };

    internal static readonly string[] Known =
    [
        "FROM", "RUN", "CMD", "LABEL", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER", "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL", "MAINTAINER",
    ];

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        // Another front end has other instructions; where several are unknown, it is another language.
        if (dockerfile.Stages.Count == 0 || (dockerfile.Lines[0].Contains("syntax", StringComparison.OrdinalIgnoreCase) && !dockerfile.Lines[0].Contains("docker/dockerfile", StringComparison.Ordinal)))
        {
            yield break;
        }

        var unknown = dockerfile.Instructions.Where(instruction => !Known.Contains(instruction.Keyword)).Take(2).ToList();
        if (unknown is [{ Keyword.Length: > 2 } only] && only.Arguments.Length > 0 && NearestName.Of(only.Keyword, Known.Where(name => name.Length > 2), limit: 2) is { } near)
        {
            yield return At(file, only, $"There is no instruction {only.Keyword}; {near} is near.");
        }
    }
}
