namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags objects of versions of the API that Kubernetes has removed.</summary>
internal sealed class KubernetesRemovedApi : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF026", "kubernetes-removed-api", Category.CodeQuality, Severity.Medium,
        What: "A Kubernetes object with an `apiVersion` that newer versions of Kubernetes do not serve any more.",
        Why: "The cluster refuses it, and with it the whole deployment, from that version on.",
        Remedy: "Move to the version that replaced it.")
    {
        Equivalents = ["kubelinter/no-extensions-v1beta", "kubescore/stable-version", "pluto/deprecated-versions"],
        References = ["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from found in KubernetesManifest.Objects(file)
        let version = found.Root["apiVersion"]
        let kind = found.Root["kind"]?.Text
        where version?.Text is not null && kind is not null
        let removed = Removed(version.Text!, kind)
        where removed is not null
        select Descriptor.At(file.Path, version.Line + found.Offset, $"Kubernetes {removed} and newer do not serve {kind} of '{version.Text}'.");

    /// <summary>The version of Kubernetes that serves it no more, by its deprecation guide.</summary>
    private static string? Removed(string version, string kind) => (version, kind) switch
    {
        ("extensions/v1beta1" or "apps/v1beta1" or "apps/v1beta2", "Deployment" or "DaemonSet" or "ReplicaSet" or "StatefulSet" or "NetworkPolicy" or "PodSecurityPolicy") => "1.16",
        ("extensions/v1beta1" or "networking.k8s.io/v1beta1", "Ingress" or "IngressClass") => "1.22",
        ("rbac.authorization.k8s.io/v1beta1" or "rbac.authorization.k8s.io/v1alpha1", "ClusterRole" or "ClusterRoleBinding" or "Role" or "RoleBinding") => "1.22",
        ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition") or ("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration" or "ValidatingWebhookConfiguration") => "1.22",
        ("storage.k8s.io/v1beta1", "CSIDriver" or "CSINode" or "StorageClass" or "VolumeAttachment") or ("scheduling.k8s.io/v1beta1", "PriorityClass") => "1.22",
        ("batch/v1beta1", "CronJob") or ("policy/v1beta1", "PodDisruptionBudget" or "PodSecurityPolicy") or ("autoscaling/v2beta1", "HorizontalPodAutoscaler") => "1.25",
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler") => "1.26",
        _ => null,
    };
}
