using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a base image named without a tag or digest, or with <c>:latest</c>.</summary>
internal sealed class UnpinnedBaseImage : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "CNT001", "unpinned-base-image", Category.Security, Severity.Medium,
        What: "A base image named without a tag or digest, or with `latest`.",
        Why: "The same commit builds a different image next month.",
        Remedy: "Pin a version tag, or better a digest.")
    {
        Confidence = 0.97,
        Equivalents = ["hadolint/DL3006", "hadolint/DL3007", "trivy/DS001", "checkov/CKV_DOCKER_7", "zizmor/unpinned-images"],
        References = ["CWE-1357", "CWE-829", "CIS Docker 4.2", "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"],
    };

    public bool Reads(SnapshotFile file) => Dockerfile.IsPath(file) && !file.IsSample;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        var dockerfile = Dockerfile.Parse(file);
        var arguments = dockerfile.GlobalArguments();

        // A stage may be named as the base of a later one; such a name is not an image.
        var stages = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "scratch" };
        foreach (var stage in dockerfile.Stages)
        {
            if (Dockerfile.Substitute(stage.Image, arguments) is { Length: > 0 } image && !stages.Contains(image))
            {
                var reference = ImageReference.Parse(image);
                if (reference is { Digest: null, Tag: null or "latest" })
                {
                    var how = reference.Tag is null ? "has no tag" : $"is tagged '{reference.Tag}'";
                    yield return Descriptor.At(file.Path, stage.From.StartLine, $"The base image '{image}' {how}, so it changes without a commit.", stage.From.EndLine);
                }
            }

            if (stage.Name is { } name)
            {
                stages.Add(name);
            }
        }
    }
}
