using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a role that may do everything with everything.</summary>
internal sealed class KubernetesWildcardRole : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF021", "kubernetes-wildcard-role", Category.Security, Severity.Medium,
        What: "A role of Kubernetes with `*` for its verbs and for its resources.",
        Why: "It may read every secret and start any pod, which is the whole cluster.",
        Remedy: "Name the verbs and the resources that are needed.")
    {
        Equivalents = ["checkov/CKV_K8S_49", "trivy/KSV044", "trivy/KSV045", "kubelinter/wildcard-in-rules"],
        References = ["CWE-269", "CIS Kubernetes 5.1.3", "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from found in KubernetesManifest.Objects(file)
        where found.Root["kind"]?.Text is "ClusterRole" or "Role" && KubernetesManifest.NameOf(found.Root) != "cluster-admin"
        from rule in found.Root["rules"]?.Items ?? []
        where IsAll(rule["apiGroups"]) && IsAll(rule["verbs"]) && IsAll(rule["resources"])
        select Descriptor.At(file.Path, rule.Line + found.Offset, $"Role '{KubernetesManifest.NameOf(found.Root)}' may do everything with everything.");

    private static bool IsAll(DataNode? list) => list?.Items.Any(item => item.Text == "*") == true;
}
