using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Manifests;

/// <summary>Compares a tree with what its manifest demands.</summary>
internal static class ManifestShape
{
    public static IEnumerable<Diagnostic> Problems(SnapshotFile file, DataNode root, Manifest manifest)
    {
        foreach (var expected in manifest.Shape)
        {
            foreach (var (name, line, node) in At(root, expected))
            {
                if (IsWrong(node, expected))
                {
                    var what = name.Length == 0 ? file.Name : $"'{name}'";
                    yield return new(file.Path, line, $"{what} is {Word(node, manifest.Format)} and must be {string.Join(" or ", expected.Kinds.Select(kind => Word(kind, manifest.Format)))}, such as {expected.Example}. As it is, nothing in it counts.");
                }
            }
        }
    }

    private static bool IsWrong(DataNode node, Expected expected) =>
        node is not { Kind: NodeKind.Scalar, Type: ScalarType.Null }
        && !expected.Kinds.Contains(node.Kind)
        && !(expected.MayBeEmptyList && node is { Kind: NodeKind.Sequence, Items.Count: 0 });

    private static IEnumerable<(string Name, int Line, DataNode Node)> At(DataNode root, Expected expected)
    {
        IEnumerable<(string Name, int Line, DataNode Node)> found = [("", root.Line, root)];
        foreach (var key in expected.Keys)
        {
            found = key == "*"
                ? found.SelectMany(parent => parent.Node.Entries.Where(entry => entry.Key.Text is { } text && expected.Star(text)).Select(entry => (Join(parent.Name, entry.Key.Text!), entry.Key.Line, entry.Value)))
                : found.Where(parent => parent.Node[key] is not null).Select(parent => (Join(parent.Name, key), parent.Node.Key(key)?.Line ?? parent.Line, parent.Node[key]!));
        }

        return found;
    }

    private static string Join(string parent, string key) => parent.Length == 0 ? key : $"{parent}.{key}";

    private static string Word(DataNode node, ManifestFormat format) => node switch
    {
        { Kind: not NodeKind.Scalar } => Word(node.Kind, format),
        { Type: ScalarType.Number } => "a number",
        { Type: ScalarType.Boolean } => "true or false",
        _ => "a text",
    };

    private static string Word(NodeKind kind, ManifestFormat format) => (kind, format) switch
    {
        (NodeKind.Mapping, ManifestFormat.Json) => "an object",
        (NodeKind.Mapping, ManifestFormat.Toml) => "a table",
        (NodeKind.Mapping, _) => "a mapping",
        (NodeKind.Sequence, ManifestFormat.Toml) => "an array",
        (NodeKind.Sequence, _) => "a list",
        _ => "a text",
    };
}
