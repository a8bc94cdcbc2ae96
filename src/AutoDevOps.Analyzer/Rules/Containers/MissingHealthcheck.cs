using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a final image that cannot say whether it is well.</summary>
internal sealed class MissingHealthcheck : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT043", "missing-healthcheck", Category.CodeQuality, Severity.Info,
        What: "A final stage that starts a program and has no `HEALTHCHECK`.",
        Why: "Docker takes a program that hangs for one that works. Kubernetes has checks of its own.",
        Remedy: "Add a `HEALTHCHECK`, or `HEALTHCHECK NONE` where something else checks.")
    {
        Strict = true,
        Confidence = 0.9,
        Equivalents = ["hadolint/DL3057", "trivy/DS026", "checkov/CKV_DOCKER_2"],
        References = ["CIS Docker 4.6", "https://docs.docker.com/reference/dockerfile/#healthcheck"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        if (!DevelopmentImage.Is(file) && dockerfile.BuildStages is [.., var final] && final.Instructions.LastOrDefault(instruction => instruction.Keyword is "CMD" or "ENTRYPOINT") is { } start
            && !final.Chain().Any(stage => stage.Instructions.Any(instruction => instruction.Keyword == "HEALTHCHECK")))
        {
            yield return At(file, start, "Nothing says whether the program that starts here is well.");
        }
    }
}
