using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a base image of one platform only.</summary>
internal sealed class FixedPlatform : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT035", "fixed-platform", Category.CodeQuality, Severity.Low,
        What: "`FROM --platform` with a constant.",
        Why: "The image is of that platform wherever it is built, and emulated everywhere else.",
        Remedy: "Leave it out, or write `$BUILDPLATFORM` or `$TARGETPLATFORM`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3029", "docker/FromPlatformFlagConstDisallowed"],
        References = ["https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var stage in dockerfile.Stages)
        {
            if (CopyWords.Flag(stage.From, "platform") is { Length: > 0 } platform && !platform.Contains('$', StringComparison.Ordinal))
            {
                yield return At(file, stage.From, $"The platform is always {platform}.");
            }
        }
    }
}
