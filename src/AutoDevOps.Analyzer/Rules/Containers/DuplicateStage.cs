using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags two stages of one name.</summary>
internal sealed class DuplicateStage : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT034", "duplicate-stage", Category.CodeQuality, Severity.Medium,
        What: "Two stages with the same name.",
        Why: "Which one `--target` and `COPY --from` mean depends on where they stand.",
        Remedy: "Rename one of them.")
    {
        Confidence = 0.97,
        Equivalents = ["hadolint/DL3024", "docker/DuplicateStageName", "trivy/DS012", "checkov/CKV_DOCKER_11"],
        References = ["https://docs.docker.com/reference/build-checks/duplicate-stage-name/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var known = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var stage in dockerfile.Stages.Where(stage => stage.Name is not null))
        {
            if (!known.TryAdd(stage.Name!, stage.From.StartLine))
            {
                yield return At(file, stage.From, $"The stage of line {known[stage.Name!]} is called '{stage.Name}', too.");
            }
        }
    }
}
