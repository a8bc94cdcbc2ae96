using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Kubernetes objects in YAML, several of which may stand in one file.</summary>
internal static class KubernetesManifest
{
    private const int MaxDocuments = 200;

    public static bool IsPath(SnapshotFile file) =>
        file.Extension is ".yml" or ".yaml" && !PathRole.IsTest(file.Path) && !file.Path.StartsWith(".github/", StringComparison.Ordinal);

    /// <summary>The pod specifications in a file, each with its object's kind and name and the lines to add to its positions.</summary>
    public static IEnumerable<(string Kind, string Name, DataNode Pod, int Offset)> Pods(SnapshotFile file)
    {
        if (!file.Text.Contains("apiVersion:", StringComparison.Ordinal) || !file.Text.Contains("containers:", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var (text, offset) in Documents(file))
        {
            if (DataDocument.Parse(DataFormat.Yaml, file.Path, text).Root is { } root && root["apiVersion"] is not null
                && root["kind"]?.Text is { } kind && Pod(root, kind) is { } pod)
            {
                yield return (kind, root.At("metadata", "name")?.Text ?? "", pod, offset);
            }
        }
    }

    /// <summary>The containers of a pod, those that only initialise it included.</summary>
    public static IEnumerable<DataNode> Containers(DataNode pod) =>
        (pod["containers"]?.Items ?? []).Concat(pod["initContainers"]?.Items ?? []).Where(container => container.Kind == NodeKind.Mapping);

    private static DataNode? Pod(DataNode root, string kind) => kind switch
    {
        "Pod" => root["spec"],
        "Deployment" or "DaemonSet" or "StatefulSet" or "ReplicaSet" or "Job" or "ReplicationController" => root.At("spec", "template", "spec"),
        "CronJob" => root.At("spec", "jobTemplate", "spec", "template", "spec"),
        _ => null,
    };

    private static IEnumerable<(string Text, int Offset)> Documents(SnapshotFile file)
    {
        List<string> lines = [];
        var offset = 0;
        var documents = 0;
        foreach (var (number, line) in file.Lines())
        {
            if (line.StartsWith("---", StringComparison.Ordinal))
            {
                yield return (string.Join('\n', lines), offset);
                lines.Clear();
                offset = number;
                if (++documents == MaxDocuments)
                {
                    yield break;
                }
            }
            else
            {
                lines.Add(line);
            }
        }

        yield return (string.Join('\n', lines), offset);
    }
}
