namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes pod that gets a token it may not need.</summary>
internal sealed class KubernetesServiceAccountToken : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF019", "kubernetes-service-account-token", Category.Security, Severity.Low,
        What: "A Kubernetes workload of the default service account that leaves the mounting of its token on.",
        Why: "Whoever breaks into the pod speaks to the API of the cluster in its name.",
        Remedy: "Set `automountServiceAccountToken: false` where the API is not called.")
    {
        Equivalents = ["checkov/CKV_K8S_38", "trivy/KSV036"],
        References = ["CWE-668", "CIS Kubernetes 5.1.6", "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"],
        Strict = true,
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        where pod.Pod["automountServiceAccountToken"] is null && pod.Pod["serviceAccountName"]?.Text is null or "default" && pod.Pod["serviceAccount"] is null && pod.Containers.Any(container => container["image"] is not null)
        select Descriptor.At(file.Path, pod.Line(pod.Pod), $"{pod.Kind} '{pod.Name}' mounts the token of the default service account.");
}
