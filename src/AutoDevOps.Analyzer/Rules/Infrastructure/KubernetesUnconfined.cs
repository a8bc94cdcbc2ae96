namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes pod without the confinement that containers have.</summary>
internal sealed class KubernetesUnconfined : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF025", "kubernetes-unconfined", Category.Security, Severity.Medium,
        What: "A Kubernetes pod or container with the seccomp profile `Unconfined`, or `procMount: Unmasked`.",
        Why: "Every call of the kernel is open to whoever breaks into it.",
        Remedy: "Use `RuntimeDefault`.")
    {
        Equivalents = ["checkov/CKV_K8S_31", "trivy/KSV104", "kubelinter/unsafe-proc-mount"],
        References = ["CWE-693", "CIS Kubernetes 5.6.2", "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        where !pod.IsNodeAgent
        from owner in pod.Containers.Append(pod.Pod)
        let found = owner.At("securityContext", "seccompProfile", "type") is { Text: "Unconfined" } type ? type : owner.At("securityContext", "procMount") is { Text: "Unmasked" } mount ? mount : null
        where found is not null
        select Descriptor.At(file.Path, pod.Line(found), $"{pod.Kind} '{pod.Name}' is not confined ('{found.Text}').");
}
