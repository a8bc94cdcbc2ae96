using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Manifests;

/// <summary>Finds keys that stand twice in one object of JSON: whoever reads it takes the last, and whoever wrote the first does not know.</summary>
internal static class RepeatedKeys
{
    public static IEnumerable<Diagnostic> In(SnapshotFile file, DataNode root)
    {
        var open = new Stack<(string Name, DataNode Node)>([("", root)]);
        while (open.TryPop(out var at))
        {
            var first = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var (key, value) in at.Node.Entries)
            {
                var name = at.Name.Length == 0 ? key.Text! : $"{at.Name}.{key.Text}";
                if (!first.TryAdd(key.Text!, key.Line) && !IsComment(key.Text!))
                {
                    yield return new(file.Path, key.Line, $"'{name}' stands on line {first[key.Text!]} already, and only the last one counts. Keep one.");
                }

                if (value.Kind == NodeKind.Mapping)
                {
                    open.Push((name, value));
                }
            }
        }
    }

    /// <summary>JSON has no comments; npm promises never to use <c>//</c>, and others write <c>_comment</c>.</summary>
    private static bool IsComment(string key) => key.StartsWith("//", StringComparison.Ordinal) || key.StartsWith('_') || key == "$comment" || key.Length == 0;
}
