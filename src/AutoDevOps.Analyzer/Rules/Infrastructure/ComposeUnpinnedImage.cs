using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Compose service whose image is another tomorrow.</summary>
internal sealed class ComposeUnpinnedImage : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF005", "compose-unpinned-image", Category.Security, Severity.Low,
        What: "A Compose service with an image without a tag or digest, or with `latest`, that it does not build.",
        Why: "The same file starts another version next month, and a broken one without notice.",
        Remedy: "Name a version, or better a digest.")
    {
        Confidence = 0.95,
        Equivalents = ["checkov/CKV_DOCKER_7", "kics/ce76b7d0-9e77-464d-b86f-c5c48e03e22d"],
        References = ["CWE-1357", "https://docs.docker.com/reference/compose-file/services/#image"],
    };

    public bool Reads(SnapshotFile file) => ComposeFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from service in ComposeFile.Services(file)
        let image = service.Node["image"]
        where image?.Text is { Length: > 0 } text && !text.Contains('$', StringComparison.Ordinal) && service.Node["build"] is null
            && ImageReference.Parse(text) is { Digest: null, Tag: null or "latest" } && WellKnownImages.IsForeign(text)
        select Descriptor.At(file.Path, image.Line, $"Image '{image.Text}' is not pinned.");
}
