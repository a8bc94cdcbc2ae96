namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a binding that lets a program do everything in the cluster.</summary>
internal sealed class KubernetesClusterAdmin : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF020", "kubernetes-cluster-admin", Category.Security, Severity.High,
        What: "A binding of the role `cluster-admin` to a service account, or of any role to everybody without a name.",
        Why: "Whoever breaks into one pod of that account owns the cluster.",
        Remedy: "Bind a role with the verbs and resources that are needed.")
    {
        Equivalents = ["checkov/CKV_K8S_155", "trivy/KSV111", "kubelinter/cluster-admin-role-binding"],
        References = ["CWE-269", "CIS Kubernetes 5.1.1", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var (root, offset) in KubernetesManifest.Objects(file))
        {
            if (root["kind"]?.Text is not ("ClusterRoleBinding" or "RoleBinding") || root.At("roleRef", "name") is not { Text: { } role } reference)
            {
                continue;
            }

            var subjects = root["subjects"]?.Items ?? [];
            if (subjects.FirstOrDefault(subject => subject["name"]?.Text is "system:anonymous" or "system:unauthenticated") is { } anonymous && role != "system:public-info-viewer")
            {
                yield return Descriptor.At(file.Path, anonymous.Line + offset, $"Everybody without a name has the role '{role}'.");
            }
            else if (role == "cluster-admin" && root["kind"]!.Text == "ClusterRoleBinding" && subjects.Any(subject => subject["kind"]?.Text == "ServiceAccount"))
            {
                yield return Descriptor.At(file.Path, reference.Line + offset, $"'{KubernetesManifest.NameOf(root)}' makes a service account the administrator of the cluster.");
            }
        }
    }
}
