using System.Text.RegularExpressions;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>Code whose comments say before which lines a rule of semgrep-rules must speak or be silent. Only rules that ours name are looked at.</summary>
internal sealed partial class SemgrepSuite : ISuite
{
    /// <summary>Semgrep marks where what it matches begins, which may be where a value comes from and not where it is used.</summary>
    private const int LinesBelow = 25;

    public string Name => "semgrep";

    public string Repository => "semgrep/semgrep-rules";

    public string What => "what begins after `ruleid:` is to be found there or in the 25 lines before the next mark, lines after `ok:` must be passed; read for measuring alone, and only of the rules that ours name";

    public SuiteReading Read(string folder, IReadOnlySet<string> claimed)
    {
        var reading = new SuiteReading();
        foreach (var rule in claimed.Where(name => name.StartsWith("semgrep/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var before = reading.Samples.Count;
            foreach (var file in Files(folder, rule["semgrep/".Length..].Split('.')))
            {
                Take(reading, folder, rule, file);
            }

            if (reading.Samples.Count == before)
            {
                reading.LeaveOut($"no sample of `{rule}`");
            }
        }

        return reading;
    }

    /// <summary>The files beside a rule; its name is a path and an identifier, between which the name of the file may stand or not.</summary>
    private static IEnumerable<string> Files(string folder, string[] parts)
    {
        for (var length = parts.Length - 1; length > 0; length--)
        {
            var path = Path.Combine([folder, .. parts[..length]]);
            if (Directory.Exists(path))
            {
                return Directory.GetFiles(path).Where(file => !Path.GetFileName(file).Contains(".fixed.", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            }
        }

        return [];
    }

    private static void Take(SuiteReading reading, string folder, string rule, string file)
    {
        var text = File.ReadAllText(file);
        var lines = text.Split('\n');
        var place = Path.GetRelativePath(folder, file).Replace('\\', '/');
        var identifier = rule[(rule.LastIndexOf('.') + 1)..];
        var marks = new List<Mark>();
        for (var index = 0; index < lines.Length; index++)
        {
            var comment = Comment().Match(lines[index]);
            if (!comment.Success || !comment.Groups["rules"].Value.Split(',', StringSplitOptions.TrimEntries).Contains(identifier))
            {
                continue;
            }

            var marked = index + 1;
            while (marked < lines.Length - 1 && (Comment().IsMatch(lines[marked]) || lines[marked].Trim().Length == 0))
            {
                marked++;
            }

            var isPositive = comment.Groups["kind"].Value == "ruleid";
            var next = Array.FindIndex(lines, marked, Comment().IsMatch);
            var end = isPositive ? Math.Min(marked + LinesBelow, next < 0 ? lines.Length : next) : marked + 1;
            marks.Add(new(rule, isPositive, marked + 1, $"{place}:{marked + 1}") { EndLine = end });
        }

        if (marks.Count > 0)
        {
            reading.Samples.Add(new(PathOf(Path.GetFileName(file), rule), text, marks));
        }
    }

    private static string PathOf(string name, string rule) =>
        rule.Contains(".docker-compose.", StringComparison.Ordinal) ? "docker-compose.yaml"
        : name.EndsWith("web.config", StringComparison.OrdinalIgnoreCase) ? "Web.config"
        : name.Contains("Dockerfile", StringComparison.OrdinalIgnoreCase) ? "Dockerfile"
        : "src/code" + Path.GetExtension(name);

    [GeneratedRegex(@"(^|[^a-z])(?<kind>ruleid|ok):\s*(?<rules>[\w.-]+(\s*,\s*[\w.-]+)*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
