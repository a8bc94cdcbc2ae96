using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>The pod of an object: the object's kind and name, and the lines to add to positions in it.</summary>
internal sealed record KubernetesPod(string Kind, string Name, DataNode Pod, int Offset)
{
    /// <summary>Agents of nodes, which DaemonSets are mostly for, have to see their node.</summary>
    public bool IsNodeAgent => Kind == "DaemonSet";

    /// <summary>The containers, those that only initialise it included.</summary>
    public IEnumerable<DataNode> Containers => KubernetesManifest.Containers(Pod);

    public string Names(DataNode container) => $"Container '{container["name"]?.Text}' of {Kind} '{Name}'";

    public int Line(DataNode node) => node.Line + Offset;
}

/// <summary>Kubernetes objects in YAML, several of which may stand in one file.</summary>
internal static class KubernetesManifest
{
    private const int MaxDocuments = 200;

    public static bool IsPath(SnapshotFile file) =>
        file.Extension is ".yml" or ".yaml" && !file.IsTest && !file.Path.StartsWith(".github/", StringComparison.Ordinal);

    /// <summary>The objects in a file, each with the lines to add to its positions; read once for the rules that follow each other.</summary>
    public static IReadOnlyList<(DataNode Root, int Offset)> Objects(SnapshotFile file) => file.Remembered(text => new Parsed(Read(file, text))).Objects;

    /// <summary>The pod specifications in a file.</summary>
    public static IEnumerable<KubernetesPod> Pods(SnapshotFile file) =>
        from found in Objects(file)
        let kind = found.Root["kind"]?.Text
        where kind is not null
        let pod = Pod(found.Root, kind)
        where pod is not null
        select new KubernetesPod(kind, NameOf(found.Root), pod, found.Offset);

    /// <summary>The containers of a pod, those that only initialise it included.</summary>
    public static IEnumerable<DataNode> Containers(DataNode pod) =>
        (pod["containers"]?.Items ?? []).Concat(pod["initContainers"]?.Items ?? []).Where(container => container.Kind == NodeKind.Mapping);

    public static string NameOf(DataNode root) => root.At("metadata", "name")?.Text ?? "";

    private static DataNode? Pod(DataNode root, string kind) => kind switch
    {
        "Pod" => root["spec"],
        "Deployment" or "DaemonSet" or "StatefulSet" or "ReplicaSet" or "Job" or "ReplicationController" => root.At("spec", "template", "spec"),
        "CronJob" => root.At("spec", "jobTemplate", "spec", "template", "spec"),
        _ => null,
    };

    private static List<(DataNode Root, int Offset)> Read(SnapshotFile file, string text)
    {
        List<(DataNode Root, int Offset)> objects = [];
        if (!text.Contains("apiVersion:", StringComparison.Ordinal) || !text.Contains("kind:", StringComparison.Ordinal))
        {
            return objects;
        }

        foreach (var (document, offset) in Documents(file))
        {
            // A template of Helm is no YAML yet, also where it happens to look like it.
            if (!document.Contains("{{", StringComparison.Ordinal) && DataDocument.Parse(DataFormat.Yaml, file.Path, document).Root is { } root && root["apiVersion"] is not null)
            {
                objects.Add((root, offset));
            }
        }

        return objects;
    }

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

    private sealed record Parsed(IReadOnlyList<(DataNode Root, int Offset)> Objects);
}
