namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes container with all rights on its node.</summary>
internal sealed class PrivilegedPod : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF010", "kubernetes-privileged", Category.Security, Severity.High,
        What: "A Kubernetes container with `privileged: true`.",
        Why: "The container has every capability and device of its node: leaving it takes one command.",
        Remedy: "Grant the single capability with `securityContext.capabilities.add`.")
    {
        Confidence = 0.97,
        Equivalents = ["checkov/CKV_K8S_16", "trivy/KSV017"],
        References = ["CWE-250", "CIS Kubernetes 5.2.2", "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var (kind, name, pod, offset) in KubernetesManifest.Pods(file))
        {
            foreach (var container in KubernetesManifest.Containers(pod))
            {
                if (container.At("securityContext", "privileged") is { IsTrue: true } privileged)
                {
                    yield return Descriptor.At(file.Path, privileged.Line + offset, $"Container '{container["name"]?.Text}' of {kind} '{name}' is privileged.");
                }
            }
        }
    }
}
