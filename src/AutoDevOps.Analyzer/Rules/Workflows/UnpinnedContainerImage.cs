using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags the container of a job or service whose image is another tomorrow.</summary>
internal sealed class UnpinnedContainerImage : WorkflowRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA056", "unpinned-container-image", Category.Security, Severity.Medium,
        What: "The container of a job or service named without a version, or with `latest`.",
        Why: "The job runs in another image as soon as somebody pushes one, and what passed today fails tomorrow, or worse.",
        Remedy: "Name a version, or better the digest of the image.")
    {
        Confidence = 0.97,
        Equivalents = ["zizmor/unpinned-images"],
        References = ["CWE-829", "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontainer"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var (_, container, subject) in ContainerImages.Containers(workflow))
        {
            if (ContainerImages.Image(container) is { } image && ImageReference.Parse(image.Text!) is { Digest: null, Tag: null or "latest" })
            {
                yield return At(workflow, image, $"The image '{image.Text}' of {subject} names no version.");
            }
        }
    }
}
