using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Turns the scalars that hold shell in a CI file into steps.</summary>
internal static class CiScript
{
    /// <summary>The lines of one script. Lines of a literal block keep their own numbers; a folded one is one place.</summary>
    public static IEnumerable<CiStep> Steps(SnapshotFile file, string job, DataNode script, string folder, Func<string, string>? resolve = null)
    {
        if (script is not { Kind: NodeKind.Scalar, Text: { } text })
        {
            yield break;
        }

        text = resolve?.Invoke(text) ?? text;
        var folded = script.BlockLine > 0 && IsFolded(file, script);
        var first = script.BlockLine > 0 ? script.BlockLine : script.Line;
        foreach (var (line, command, where) in ShellScript.Lines(text, first, folder))
        {
            yield return new(job, command, null, RepositoryPath.ToModel(where), folded ? first : Math.Min(line, Math.Max(first, script.End.Line)));
        }
    }

    /// <summary>The steps of a scalar or of a list of scalars, lists within lists (which anchors produce) included. A <c>cd</c>
    /// in one item moves the next.</summary>
    public static IEnumerable<CiStep> Steps(SnapshotFile file, string job, DataNode? scripts, Func<string, string>? resolve = null)
    {
        var folder = "";
        foreach (var script in Flatten(scripts, 0))
        {
            foreach (var step in Steps(file, job, script, folder, resolve))
            {
                yield return step;
                foreach (var command in ShellLine.Parse(step.Run!))
                {
                    if (command is { IsLiteral: true, Words: ["cd" or "pushd", var target] })
                    {
                        folder = RepositoryPath.Combine(folder, target) ?? folder;
                    }
                }
            }
        }
    }

    private static IEnumerable<DataNode> Flatten(DataNode? node, int depth) => node switch
    {
        { Kind: NodeKind.Scalar } => [node],
        { Kind: NodeKind.Sequence } when depth < 10 => node.Items.SelectMany(item => Flatten(item, depth + 1)),
        _ => [],
    };

    private static bool IsFolded(SnapshotFile file, DataNode script)
    {
        var line = file.Lines().Skip(script.Line - 1).Select(entry => entry.Text).FirstOrDefault() ?? "";
        var column = script.Start.Column - 1;
        return column >= 0 && column < line.Length && line.AsSpan(column).TrimStart().StartsWith('>');
    }
}
