using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a relative <c>WORKDIR</c> of which the file does not say what it is relative to.</summary>
internal sealed class RelativeWorkdir : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT025", "relative-workdir", Category.CodeQuality, Severity.Low,
        What: "A relative `WORKDIR` before any absolute one.",
        Why: "Where it leads depends on the base image, and moves when that does.",
        Remedy: "Write the whole path.")
    {
        Equivalents = ["hadolint/DL3000", "docker/WorkdirRelativePath", "trivy/DS009", "checkov/CKV_DOCKER_10"],
        References = ["https://docs.docker.com/reference/build-checks/workdir-relative-path/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var known = new Dictionary<BuildStage, bool>();
        foreach (var stage in dockerfile.BuildStages)
        {
            var isKnown = stage.IsWindows || (stage.Parent is not null && known[stage.Parent]);
            foreach (var workdir in stage.Instructions.Where(instruction => instruction.Keyword == "WORKDIR"))
            {
                var path = workdir.Arguments.Trim('"', '\'');
                if (!isKnown && path.Length > 0 && path[0] is not ('/' or '$' or '\\') && !path.Contains(':', StringComparison.Ordinal))
                {
                    yield return At(file, workdir, $"The working folder '{path}' is relative to that of the base image.");
                }

                // Said once is enough: what follows is relative to this one.
                isKnown = true;
            }

            known[stage] = isKnown;
        }
    }
}
