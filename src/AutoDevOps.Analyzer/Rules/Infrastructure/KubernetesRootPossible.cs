using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes container that nothing keeps from running as root.</summary>
internal sealed class KubernetesRootPossible : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF013", "kubernetes-root-possible", Category.Security, Severity.Low,
        What: "A Kubernetes container for which neither it nor its pod sets `runAsNonRoot: true` or a user.",
        Why: "An image that changes its user to root runs as root from then on.",
        Remedy: "Set `runAsNonRoot: true`.")
    {
        Equivalents = ["checkov/CKV_K8S_40", "kubelinter/run-as-non-root", "kubescore/container-security-context-user-group-id"],
        References = ["CWE-250", "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
        Strict = true,
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        where !IsLimited(pod.Pod)
        from container in pod.Containers
        where container["image"] is not null && !IsLimited(container)
        select Descriptor.At(file.Path, pod.Line(container), $"{pod.Names(container)} may run as root.");

    private static bool IsLimited(DataNode owner) =>
        owner["securityContext"] is { } context && (context["runAsNonRoot"] is not null || context["runAsUser"] is not null);
}
