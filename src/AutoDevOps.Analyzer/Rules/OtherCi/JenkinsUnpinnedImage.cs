using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags an image of a Jenkins pipeline that is another tomorrow.</summary>
internal sealed partial class JenkinsUnpinnedImage : JenkinsRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "JNK002", "jenkins-unpinned-image", Category.Security, Severity.Medium,
        What: "An image of a Jenkins pipeline named without a version, or with `latest`.",
        Why: "Builds run in another image as soon as somebody pushes one.",
        Remedy: "Name a version, or better the digest of the image.")
    {
        References = ["CWE-829", "https://www.jenkins.io/doc/book/pipeline/docker/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, IReadOnlyList<(int Number, string Text)> lines)
    {
        foreach (var (number, text) in lines)
        {
            if (Image().Match(text) is { Success: true } match && match.Groups["image"].Value is var image && FloatingImage.Is(image))
            {
                yield return Descriptor.At(file.Path, number, $"The image '{image}' names no version.");
            }
        }
    }

    // docker.image names what is run; docker.build names what is made.
    [GeneratedRegex("""(^\s*image\s+|\bagent\s*\{\s*docker\s+(\{\s*image\s+)?|\bdocker\.image\(\s*)['"](?<image>[^'"]{1,200})['"]""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Image();
}
