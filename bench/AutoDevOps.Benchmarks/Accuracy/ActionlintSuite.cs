using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>Workflows beside what actionlint says of them, line by line, and workflows that it passes.</summary>
internal sealed partial class ActionlintSuite : ISuite
{
    public string Name => "actionlint";

    public string Repository => "rhysd/actionlint";

    public string What => "`testdata/err` and `testdata/examples` beside their `.out`, each line and kind of mistake once; `testdata/ok` must be passed";

    public SuiteReading Read(string folder, IReadOnlySet<string> claimed)
    {
        var reading = new SuiteReading();
        foreach (var part in new[] { "err", "examples" })
        {
            var others = Actions(Path.Combine(folder, "testdata", part));
            foreach (var path in Workflows(folder, part))
            {
                var output = Path.ChangeExtension(path, ".out");
                if (!File.Exists(output))
                {
                    reading.LeaveOut("workflows without expected output");
                    continue;
                }

                var place = $"testdata/{part}/{Path.GetFileName(path)}";
                var marks = File.ReadLines(output).Select(line => Message().Match(line)).Where(match => match.Success)
                    .Select(match => (Kind: match.Groups["kind"].Value, Line: int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture))).Distinct()
                    .Select(mistake => new Mark($"actionlint/{mistake.Kind}", true, mistake.Line, $"{place}:{mistake.Line}"));
                reading.Samples.Add(new(".github/workflows/ci.yaml", File.ReadAllText(path), [.. marks]) { Others = others });
            }
        }

        foreach (var path in Workflows(folder, "ok"))
        {
            reading.Samples.Add(new(".github/workflows/ci.yaml", File.ReadAllText(path), [new("actionlint/*", false, 0, $"testdata/ok/{Path.GetFileName(path)}")]));
        }

        return reading;
    }

    /// <summary>The actions that the workflows of a folder use.</summary>
    private static List<(string Path, string Text)> Actions(string folder) => Directory.Exists(Path.Combine(folder, ".github"))
        ? [.. Directory.GetFiles(Path.Combine(folder, ".github"), "action.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllText(path)))]
        : [];

    private static IEnumerable<string> Workflows(string folder, string part) =>
        Directory.GetFiles(Path.Combine(folder, "testdata", part)).Where(path => Path.GetExtension(path) is ".yaml" or ".yml").Order(StringComparer.Ordinal);

    // As text, or as a pattern between slashes.
    [GeneratedRegex(@"^/?\w+\\?\.ya?ml:(?<line>\d{1,6}):\d{1,6}: .*\[(?<kind>[a-z-]+)\\?\]/?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Message();
}
