namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes pod in a namespace of its node.</summary>
internal sealed class HostNamespacePod : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF011", "kubernetes-host-namespace", Category.Security, Severity.Medium,
        What: "A Kubernetes pod, other than of a DaemonSet, with `hostNetwork`, `hostPID` or `hostIPC`.",
        Why: "It reaches the node's local ports, or sees and signals its processes.",
        Remedy: "Leave the pod in its own namespaces, and use a Service for its ports.")
    {
        Equivalents = ["checkov/CKV_K8S_17", "checkov/CKV_K8S_18", "checkov/CKV_K8S_19", "trivy/KSV009"],
        References = ["CWE-668", "CIS Kubernetes 5.2.3", "CIS Kubernetes 5.2.5", "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)

        // Agents of nodes, which DaemonSets are mostly for, have to see their node.
        where !pod.IsNodeAgent
        from key in (string[])["hostNetwork", "hostPID", "hostIPC"]
        let value = pod.Pod[key]
        where value?.IsTrue == true
        select Descriptor.At(file.Path, value.Line + pod.Offset, $"{pod.Kind} '{pod.Name}' has '{key}: true'.");
}
