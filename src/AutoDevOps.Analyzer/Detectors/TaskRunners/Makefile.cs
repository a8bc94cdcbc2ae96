using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.TaskRunners;

/// <summary>The explicit targets of a makefile. A target whose name is computed is not seen; of variables only plain words are filled in.</summary>
internal static partial class Makefile
{
    private const int MaxTargets = 1000;

    public static IEnumerable<TaskTarget> Read(SnapshotFile file)
    {
        var targets = new Dictionary<string, Rule>(StringComparer.Ordinal);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        List<Rule> current = [];
        foreach (var (number, text) in file.Lines())
        {
            if (text.StartsWith('\t'))
            {
                current.ForEach(rule => rule.Body.Add(text.Trim()));
                continue;
            }

            if (Variable().Match(text) is { Success: true } variable && variables.Count < MaxTargets)
            {
                variables.TryAdd(variable.Groups["name"].Value, variable.Groups["value"].Value);
            }

            var match = Target().Match(text);
            if (!match.Success)
            {
                current = text.Length == 0 || text.StartsWith('#') ? current : [];
                continue;
            }

            current = [];
            foreach (var name in match.Groups["names"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!targets.TryGetValue(name, out var rule))
                {
                    targets.Add(name, rule = new Rule(number));
                }

                rule.Needs.AddRange(match.Groups["needs"].Value.Split([' ', '\t', '|'], StringSplitOptions.RemoveEmptyEntries));
                if (match.Groups["body"] is { Success: true } body)
                {
                    rule.Body.Add(body.Value.Trim());
                }

                current.Add(rule);
            }
        }

        return targets.Take(MaxTargets).Select(target => new TaskTarget(
            "make", target.Key, $"make {target.Key}", Filled(Body(targets, target.Key, []), variables), Cite.At(file, target.Value.Line)));
    }

    private static string Filled(string body, Dictionary<string, string> variables) =>
        Reference().Replace(body, match => variables.GetValueOrDefault(match.Groups["name"].Value, match.Value));

    private static string Body(Dictionary<string, Rule> targets, string name, HashSet<string> seen) =>
        seen.Count > 50 || !seen.Add(name) || !targets.TryGetValue(name, out var rule)
            ? ""
            : string.Join('\n', rule.Needs.Select(need => Body(targets, need, seen)).Concat(rule.Body).Where(text => text.Length > 0));

    private sealed record Rule(int Line)
    {
        public List<string> Needs { get; } = [];

        public List<string> Body { get; } = [];
    }

    // A name of a program, such as GO ?= go; what is computed stays as it is.
    [GeneratedRegex(@"^(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*[:?]?=\s*(?<value>[A-Za-z0-9_./-]+)\s*(#.*)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$[({](?<name>[A-Za-z_][A-Za-z0-9_]*)[)}]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^(?<names>[A-Za-z0-9_][A-Za-z0-9_./ -]*?)\s*::?(?<needs>[^=;#]*)(;(?<body>[^#]*))?(#.*)?$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Target();
}
