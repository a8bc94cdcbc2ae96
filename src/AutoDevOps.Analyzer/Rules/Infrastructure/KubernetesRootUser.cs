namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes container that is told to run as root.</summary>
internal sealed class KubernetesRootUser : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF012", "kubernetes-root-user", Category.Security, Severity.Medium,
        What: "A Kubernetes pod or container with `runAsUser: 0` or `runAsNonRoot: false`.",
        Why: "Whoever breaks into it is root, and needs one more mistake to be root on the node.",
        Remedy: "Give the image a user, and set `runAsNonRoot: true`.")
    {
        Equivalents = ["checkov/CKV_K8S_23", "trivy/KSV105", "kubelinter/run-as-non-root"],
        References = ["CWE-250", "CIS Kubernetes 5.2.7", "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var pod in KubernetesManifest.Pods(file).Where(pod => !pod.IsNodeAgent))
        {
            // A container that sets up a volume as root, and ends, is the way to give it to another user.
            foreach (var owner in (pod.Pod["containers"]?.Items ?? []).Append(pod.Pod))
            {
                var context = owner["securityContext"];
                if ((context?["runAsUser"] is { Text: "0" } user ? user : context?["runAsNonRoot"] is { Text: "false" } flag ? flag : null) is { } found)
                {
                    yield return Descriptor.At(file.Path, pod.Line(found), owner == pod.Pod ? $"{pod.Kind} '{pod.Name}' runs as root." : $"{pod.Names(owner)} runs as root.");
                }
            }
        }
    }
}
