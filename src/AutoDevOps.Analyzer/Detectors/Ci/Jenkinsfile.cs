using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Finds the shell steps of a Jenkinsfile. It is Groovy and is not run: only <c>sh</c>, <c>bat</c> and <c>powershell</c> steps
/// with a literal are read.</summary>
internal static partial class Jenkinsfile
{
    public static IReadOnlyList<CiStep> Read(SnapshotFile file)
    {
        var steps = new List<CiStep>();
        var stage = "pipeline";
        var text = file.Text;
        var (offset, line) = (0, 1);
        foreach (Match match in Token().Matches(text))
        {
            line += text.AsSpan(offset, match.Index - offset).Count('\n');
            offset = match.Index;
            if (match.Groups["stage"] is { Success: true } name)
            {
                stage = name.Value;
                continue;
            }

            var script = new[] { "long", "double", "single" }.Select(group => match.Groups[group]).First(group => group.Success);
            var first = line + text.AsSpan(match.Index, script.Index - match.Index).Count('\n');
            steps.AddRange(ShellScript.Lines(script.Value, first, "")
                .Select(found => new CiStep(stage, found.Text, null, RepositoryPath.ToModel(found.Folder), found.Line)));
        }

        return steps;
    }

    [GeneratedRegex("""
        \bstage\s*\(\s*['"](?<stage>[^'"\n]+)['"]
        |\b(sh|bat|powershell|pwsh)[\s(]+(script:\s*)?('''(?<long>[^']+)'''|\"\"\"(?<long>[^"]+)\"\"\"|"(?<double>[^"\n]+)"|'(?<single>[^'\n]+)')
        """, RegexOptions.NonBacktracking | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
