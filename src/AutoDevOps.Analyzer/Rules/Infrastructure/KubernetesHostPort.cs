namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Kubernetes container that takes a port of its node.</summary>
internal sealed class KubernetesHostPort : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF022", "kubernetes-host-port", Category.Security, Severity.Low,
        What: "A container, other than of a DaemonSet, with a `hostPort`.",
        Why: "Only one such pod fits on a node, and the port is open past services and policies of the network.",
        Remedy: "Use a Service.")
    {
        Equivalents = ["trivy/KSV024", "kics/dd29336b-fe57-445b-a26e-e6aa867ae609"],
        References = ["CWE-668", "CIS Kubernetes 5.2.13", "https://kubernetes.io/docs/concepts/configuration/overview/"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from pod in KubernetesManifest.Pods(file)
        where !pod.IsNodeAgent
        from container in pod.Containers
        from port in container["ports"]?.Items ?? []
        let taken = port["hostPort"]
        where taken?.AsInt() > 0
        select Descriptor.At(file.Path, pod.Line(taken), $"{pod.Names(container)} takes port {taken.Text} of its node.");
}
