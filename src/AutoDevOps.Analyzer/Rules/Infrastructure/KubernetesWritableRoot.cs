namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes container whose own files can be changed.</summary>
internal sealed class KubernetesWritableRoot : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF023", "kubernetes-writable-root", Category.Security, Severity.Low,
        What: "A Kubernetes container without `readOnlyRootFilesystem: true`.",
        Why: "Whoever breaks in can change the program and leave tools behind.",
        Remedy: "Set it, and mount an `emptyDir` where files are written.")
    {
        Equivalents = ["checkov/CKV_K8S_22", "trivy/KSV014", "kubelinter/no-read-only-root-fs", "kubescore/container-security-context-readonlyrootfilesystem"],
        References = ["CWE-732", "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
        Strict = true,
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        from container in pod.Containers
        where container["image"] is not null && container.At("securityContext", "readOnlyRootFilesystem")?.IsTrue != true
        select Descriptor.At(file.Path, pod.Line(container), $"{pod.Names(container)} may change its own files.");
}
