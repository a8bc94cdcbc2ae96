namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes container with a capability that is worth as much as all.</summary>
internal sealed class KubernetesCapability : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF015", "kubernetes-added-capability", Category.Security, Severity.High,
        What: "A Kubernetes container, other than of a DaemonSet, that adds `ALL`, `SYS_ADMIN` or another capability that leads to the node.",
        Why: "With it the container mounts, traces or loads into the kernel what it wants: leaving it takes one command.",
        Remedy: "Drop `ALL`, and add the one that is needed.")
    {
        Equivalents = ["checkov/CKV_K8S_39", "trivy/KSV005", "kubelinter/drop-net-raw-capability"],
        References = ["CWE-250", "CIS Kubernetes 5.2.9", "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        where !pod.IsNodeAgent
        from container in pod.Containers
        from capability in container.At("securityContext", "capabilities", "add")?.ScalarOrItems() ?? []
        where LinuxCapability.IsDangerous(capability.Text)
        select Descriptor.At(file.Path, pod.Line(capability), $"{pod.Names(container)} adds the capability {capability.Text}.");
}
