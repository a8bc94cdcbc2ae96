using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes container whose image is another tomorrow.</summary>
internal sealed class KubernetesUnpinnedImage : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF018", "kubernetes-unpinned-image", Category.Security, Severity.Medium,
        What: "A Kubernetes container with the tag `latest`, or with a well-known image without a tag.",
        Why: "Pods of one deployment run different versions, and going back brings the same one again.",
        Remedy: "Name a version, or better a digest.")
    {
        Equivalents = ["checkov/CKV_K8S_14", "trivy/KSV013", "kubelinter/latest-tag", "kubescore/container-image-tag"],
        References = ["CWE-1357", "https://kubernetes.io/docs/concepts/containers/images/"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Files.Any(KubernetesManifest.IsPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        // Kustomize puts another tag there.
        var replaced = snapshot.Named("kustomization.yaml").Concat(snapshot.Named("kustomization.yml"))
            .SelectMany(file => file.Yaml().Root?["images"]?.Items ?? [])
            .Select(image => image["name"]?.Text ?? "").ToHashSet(StringComparer.Ordinal);
        return snapshot.Files.Where(KubernetesManifest.IsPath).SelectMany(file => Unpinned(file, replaced));
    }

    private IEnumerable<Finding> Unpinned(SnapshotFile file, HashSet<string> replaced) =>
        from pod in KubernetesManifest.Pods(file)
        from container in pod.Containers
        let image = container["image"]
        where image?.Text is { Length: > 0 } text && !text.Contains('$', StringComparison.Ordinal) && ImageReference.Parse(text) is { Digest: null } reference

            // Without a tag it may be the name that Kustomize or Skaffold puts the image for.
            && (reference.Tag == "latest" ? WellKnownImages.IsForeign(text) : reference.Tag is null && WellKnownImages.IsOfficial(text))
            && !replaced.Contains(text.EndsWith(":latest", StringComparison.Ordinal) ? text[..^":latest".Length] : text)
        select Descriptor.At(file.Path, pod.Line(image), $"Image '{image.Text}' is not pinned.");
}
