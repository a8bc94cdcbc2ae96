using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a workload whose selector does not choose its own pods.</summary>
internal sealed class KubernetesSelectorMismatch : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF027", "kubernetes-selector-mismatch", Category.CodeQuality, Severity.High,
        What: "A Deployment, StatefulSet, DaemonSet or ReplicaSet whose selector asks for labels that its template does not have.",
        Why: "The API refuses it: \"selector does not match template labels\".",
        Remedy: "Give the template the labels of the selector.")
    {
        Equivalents = ["kubelinter/mismatching-selector", "kubescore/deployment-pod-selector-labels-match-template-metadata-labels"],
        References = ["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector"],
    };

    public bool Reads(SnapshotFile file) => KubernetesManifest.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var (root, offset) in KubernetesManifest.Objects(file))
        {
            if (root["kind"]?.Text is not ("Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet") || root.At("spec", "selector", "matchLabels") is not { Kind: NodeKind.Mapping } wanted
                || root.At("spec", "template", "metadata", "labels") is not { Kind: NodeKind.Mapping } labels)
            {
                continue;
            }

            var missing = wanted.Entries.FirstOrDefault(label => label.Key.Text is { } key && label.Value.Text is { } value && labels[key]?.Text != value);
            if (missing.Key is not null)
            {
                yield return Descriptor.At(file.Path, missing.Key.Line + offset, $"The pods of '{KubernetesManifest.NameOf(root)}' have no label '{missing.Key.Text}: {missing.Value.Text}'.");
            }
        }
    }
}
