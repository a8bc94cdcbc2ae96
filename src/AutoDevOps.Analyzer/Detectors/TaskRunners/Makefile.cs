using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.TaskRunners;

/// <summary>The explicit targets of a makefile. A target whose name is computed is not seen; of variables only plain words are filled in.</summary>
internal static partial class Makefile
{
    private const int MaxTargets = 1000;

    public static IEnumerable<TaskTarget> Read(SnapshotFile file)
    {
        var (targets, variables) = Rules(file);
        var isConditional = IsConditional(file);
        foreach (var (name, rule) in targets.Take(MaxTargets))
        {
            yield return new("make", name, $"make {name}", Filled(Body(targets, name, []), variables), Cite.At(file, rule.Line))
            {
                IsEndless = !isConditional && rule.Body.Exists(line => MakesIn(line) == name),
            };
        }
    }

    /// <summary>Targets that need each other, of which make leaves one out, and those that call make for each other, which never end.</summary>
    public static IEnumerable<Diagnostic> Problems(SnapshotFile file)
    {
        var (targets, _) = Rules(file);
        if (IsConditional(file))
        {
            return [];
        }

        List<string> names = [.. targets.Keys.Take(MaxTargets)];
        var known = names.ToHashSet(StringComparer.Ordinal);
        var needs = names.ToDictionary(name => name, name => targets[name].Needs.Where(known.Contains).Take(MaxTargets).ToList(), StringComparer.Ordinal);
        var calls = names.ToDictionary(name => name, name => targets[name].Body.Select(MakesIn).OfType<string>().Where(known.Contains).ToList(), StringComparer.Ordinal);
        return Circles.Find(names, calls).Select(circle => new Diagnostic(file.Path, targets[circle[0]].Line, Abstentions.Circle("target", circle)))
            .Concat(Circles.Find(names, needs).Select(circle => new Diagnostic(file.Path, targets[circle[0]].Line,
                $"Targets need each other in a circle, and make drops one of them: {string.Join(" -> ", circle.Append(circle[0]).Take(10).Select(name => $"'{name}'"))}. Take one out of the list after the colon.")));
    }

    /// <summary>Which of two rules for one target holds is not known.</summary>
    private static bool IsConditional(SnapshotFile file) => file.Lines().Any(line => line.Text.AsSpan().TrimStart().StartsWith("if", StringComparison.Ordinal) && Conditional().IsMatch(line.Text));

    /// <summary>The one target of this makefile that a line calls make for, with nothing that could make it another.</summary>
    private static string? MakesIn(string line) =>
        line.TrimStart('@', '-', '+', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["$(MAKE)" or "${MAKE}" or "make", var target] && !target.StartsWith('-') ? target : null;

    private static (Dictionary<string, Rule> Targets, Dictionary<string, string> Variables) Rules(SnapshotFile file)
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

        return (targets, variables);
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

    [GeneratedRegex(@"^\s*if(n?def|n?eq)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Conditional();

    // A name of a program, such as GO ?= go; what is computed stays as it is.
    [GeneratedRegex(@"^(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*[:?]?=\s*(?<value>[A-Za-z0-9_./-]+)\s*(#.*)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$[({](?<name>[A-Za-z_][A-Za-z0-9_]*)[)}]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^(?<names>[A-Za-z0-9_][A-Za-z0-9_./ -]*?)\s*::?(?<needs>[^=;#]*)(;(?<body>[^#]*))?(#.*)?$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Target();
}
