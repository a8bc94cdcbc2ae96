using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags an image of a GitLab job that is another tomorrow.</summary>
internal sealed class GitLabUnpinnedImage : GitLabRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GLC004", "gitlab-unpinned-image", Category.Security, Severity.Medium,
        What: "An image or service of a GitLab pipeline named without a version, or with `latest`.",
        Why: "Jobs run in another image as soon as somebody pushes one.",
        Remedy: "Name a version, or better the digest of the image.")
    {
        Confidence = 0.97,
        Equivalents = ["poutine/unpinnable_action"],
        References = ["CWE-829", Reference + "#image"],
    };

    protected override IEnumerable<Finding> Check(GitLabConfig pipeline)
    {
        var places = pipeline.Jobs.Select(job => job.Value).Prepend(pipeline.Root["default"]).Prepend(pipeline.Root).OfType<DataNode>();
        foreach (var image in places.SelectMany(place => (place["services"]?.Items ?? []).Prepend(place["image"])).Select(image => image?["name"] ?? image).OfType<DataNode>())
        {
            if (image.Text is { } name && FloatingImage.Is(name))
            {
                yield return At(pipeline, image, $"The image '{name}' names no version.");
            }
        }
    }
}
