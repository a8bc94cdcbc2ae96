namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes pod that reaches what its node keeps for itself.</summary>
internal sealed class KubernetesHostPath : IFileRule
{
    private static readonly HashSet<string> Sensitive = new(StringComparer.Ordinal) { "/etc", "/root", "/boot", "/var/lib/kubelet", "/etc/kubernetes", "/var/run", "/run", "/var/lib/docker", "/proc" };

    public RuleDescriptor Descriptor { get; } = new(
        "INF016", "kubernetes-host-path", Category.Security, Severity.High,
        What: "A Kubernetes pod, other than of a DaemonSet, that mounts `/`, `/etc`, `/root`, the kubelet's folder or the socket of a container runtime.",
        Why: "Whoever breaks into it owns the node, and with the node every pod on it.",
        Remedy: "Use a volume of the cluster.")
    {
        Equivalents = ["checkov/CKV_K8S_26", "checkov/CKV_K8S_27", "trivy/KSV006", "trivy/KSV023", "kubelinter/sensitive-host-mounts", "kubelinter/docker-sock"],
        References = ["CWE-668", "CIS Kubernetes 5.2.12", "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        where !pod.IsNodeAgent
        from volume in pod.Pod["volumes"]?.Items ?? []
        let path = volume.At("hostPath", "path")
        where path?.Text is { Length: > 0 } text && (text == "/" || Sensitive.Contains(text.TrimEnd('/')) || text.EndsWith("docker.sock", StringComparison.Ordinal) || text.EndsWith("containerd.sock", StringComparison.Ordinal))
        select Descriptor.At(file.Path, pod.Line(path), $"{pod.Kind} '{pod.Name}' mounts '{path.Text}' of its node.");
}
