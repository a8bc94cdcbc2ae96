namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes workload whose memory nothing bounds.</summary>
internal sealed class KubernetesNoLimits : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF017", "kubernetes-no-memory-limit", Category.Performance, Severity.Low,
        What: "A container of a Deployment, StatefulSet or DaemonSet without a limit of its memory.",
        Why: "One leak takes the memory of the node, and the kernel ends whatever else runs there.",
        Remedy: "Set `resources.requests.memory` and `resources.limits.memory`.")
    {
        Confidence = 0.9,
        Equivalents = ["checkov/CKV_K8S_13", "trivy/KSV018", "kubelinter/unset-memory-requirements", "kubescore/container-resources"],
        References = ["CWE-770", "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        where pod.Kind is "Deployment" or "StatefulSet" or "DaemonSet" && pod.Pod.At("resources", "limits", "memory") is null
        from container in pod.Pod["containers"]?.Items ?? []

        // Without an image it is a patch of a container that stands elsewhere.
        where container["image"] is not null && container.At("resources", "limits", "memory") is null
        select Descriptor.At(file.Path, pod.Line(container), $"{pod.Names(container)} has no limit of its memory.");
}
