namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes container whose programs may gain rights.</summary>
internal sealed class KubernetesPrivilegeEscalation : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF014", "kubernetes-privilege-escalation", Category.Security, Severity.Medium,
        What: "A Kubernetes container with `allowPrivilegeEscalation: true`.",
        Why: "A program with the setuid bit makes whoever breaks in root.",
        Remedy: "Set `allowPrivilegeEscalation: false`.")
    {
        Equivalents = ["checkov/CKV_K8S_20", "trivy/KSV001", "kubelinter/privilege-escalation-container"],
        References = ["CWE-269", "CIS Kubernetes 5.2.6", "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        where !pod.IsNodeAgent
        from container in pod.Containers
        let flag = container.At("securityContext", "allowPrivilegeEscalation")
        where flag?.IsTrue == true && container.At("securityContext", "privileged")?.IsTrue != true
        select Descriptor.At(file.Path, pod.Line(flag), $"{pod.Names(container)} may gain rights.");
}
