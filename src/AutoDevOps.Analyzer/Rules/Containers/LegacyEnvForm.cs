using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags the old form of <c>ENV</c>.</summary>
internal sealed class LegacyEnvForm : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT060", "legacy-env-form", Category.CodeQuality, Severity.Info,
        What: "`ENV NAME value` without an equals sign.",
        Why: "Docker warns of it, and a second variable on the line becomes part of the first.",
        Remedy: "Write `ENV NAME=value`.")
    {
        Strict = true,
        Confidence = 0.97,
        Equivalents = ["docker/LegacyKeyValueFormat"],
        References = ["https://docs.docker.com/reference/build-checks/legacy-key-value-format/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var env in dockerfile.Instructions.Where(instruction => instruction.Keyword == "ENV"))
        {
            var blank = env.Arguments.AsSpan().IndexOfAny(' ', '\t');
            if (blank > 0 && !env.Arguments.AsSpan(0, blank).Contains('='))
            {
                yield return At(file, env, $"ENV {env.Arguments[..blank]} is set without an equals sign.") with { Fix = Repair(file, env, blank) };
            }
        }
    }

    /// <summary>Only where the value is one word: what quotes mean differs between the forms.</summary>
    private static Fix? Repair(SnapshotFile file, DockerInstruction env, int blank)
    {
        var value = env.Arguments[blank..].Trim();
        return env.StartLine == env.EndLine && value.Length > 0 && value.AsSpan().IndexOfAny(" \t\"'\\") < 0
            ? new("Write an equals sign", file.Path, [new Edit(env.StartLine, env.EndLine, $"ENV {env.Arguments[..blank]}={value}")])
            : null;
    }
}
