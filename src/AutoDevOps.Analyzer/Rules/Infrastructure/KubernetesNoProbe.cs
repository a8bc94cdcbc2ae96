namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes workload of which nobody knows whether it answers.</summary>
internal sealed class KubernetesNoProbe : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF024", "kubernetes-no-probe", Category.CodeQuality, Severity.Low,
        What: "A Deployment whose container has ports and no probe of its readiness.",
        Why: "Requests go to a pod that is starting, or that hangs.",
        Remedy: "Add a `readinessProbe`.")
    {
        Equivalents = ["checkov/CKV_K8S_9", "kubelinter/no-readiness-probe", "kubescore/pod-probes"],
        References = ["https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/"],
        Strict = true,
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        where pod.Kind == "Deployment"
        from container in pod.Pod["containers"]?.Items ?? []
        where container["image"] is not null && container["ports"] is { Items.Count: > 0 } && container["readinessProbe"] is null
        select Descriptor.At(file.Path, pod.Line(container), $"{pod.Names(container)} has no probe of its readiness.");
}
