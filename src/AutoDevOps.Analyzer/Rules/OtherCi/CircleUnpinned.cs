using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags an image or orb of CircleCI that is another tomorrow.</summary>
internal sealed class CircleUnpinned : CircleRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CCI003", "circleci-unpinned", Category.Security, Severity.Medium,
        What: "An image of CircleCI without a version or with `latest`, or an orb that is `volatile` or under development.",
        Why: "Jobs run other code as soon as somebody publishes it.",
        Remedy: "Name a version of the image or orb.")
    {
        Confidence = 0.97,
        References = ["CWE-829", Reference + "#docker", "https://circleci.com/docs/orb-concepts/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DataNode root)
    {
        foreach (var image in Named(root["jobs"]).Concat(Named(root["executors"])).SelectMany(place => place.Value["docker"]?.Items ?? []).Select(item => item["image"]).OfType<DataNode>())
        {
            if (image.Text is { } name && FloatingImage.Is(name))
            {
                yield return At(file, image, $"The image '{name}' names no version.");
            }
        }

        foreach (var orb in (root["orbs"]?.Entries ?? []).Select(entry => entry.Value))
        {
            if (orb.Text is { } reference && (reference.EndsWith("@volatile", StringComparison.Ordinal) || reference.Contains("@dev:", StringComparison.Ordinal)))
            {
                yield return At(file, orb, $"The orb '{reference}' changes without notice.");
            }
        }
    }
}
