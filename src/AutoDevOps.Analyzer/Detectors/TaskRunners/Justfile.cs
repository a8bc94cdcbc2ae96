using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.TaskRunners;

/// <summary>The recipes of a justfile that need no arguments.</summary>
internal static partial class Justfile
{
    public static IEnumerable<TaskTarget> Read(SnapshotFile file)
    {
        var lines = file.Lines().ToList();
        for (var index = 0; index < lines.Count; index++)
        {
            var match = Recipe().Match(lines[index].Text);
            if (!match.Success || match.Groups["name"].Value is "set" or "alias" or "export" or "import" or "mod")
            {
                continue;
            }

            var body = lines.Skip(index + 1).TakeWhile(line => line.Text.Length == 0 || char.IsWhiteSpace(line.Text[0])).Select(line => line.Text.Trim());
            yield return new("just", match.Groups["name"].Value, $"just {match.Groups["name"].Value}", string.Join('\n', body), Cite.At(file, lines[index].Number));
        }
    }

    // Parameters are allowed where each has a default (x='1') or may be empty (*args).
    [GeneratedRegex(@"^@?(?<name>[A-Za-z][A-Za-z0-9_-]*)(\s+(\*[A-Za-z_]+|\+?[A-Za-z_]+=('[^']*'|""[^""]*""|[A-Za-z0-9_]+)))*\s*:([^=].*)?$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Recipe();
}
