using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>What the comments of a file say may stay. Each kind of file has a reader of its own here; the comments that another tool
/// understands are understood too, through <see cref="RuleDescriptor.Equivalents"/>.</summary>
internal sealed partial class InlineSuppressions
{
    private const string Mark = "autodevops-ignore";

    private static readonly HashSet<string> KnownRules = new(RuleCatalog.All.SelectMany(rule => new[] { rule.Descriptor.Id, rule.Descriptor.Name }), StringComparer.OrdinalIgnoreCase);

    private readonly List<Suppression> _suppressions = [];
    private readonly List<Diagnostic> _problems = [];
    private readonly ConcurrentDictionary<RuleDescriptor, Suppression[]> _byRule = new();
    private readonly string _path;

    private InlineSuppressions(string path) => _path = path;

    /// <summary>Comments that were meant for us and hold nothing.</summary>
    public IReadOnlyList<Diagnostic> Problems => _problems;

    /// <summary>Whether comments of this file are read at all.</summary>
    public static bool CanStandIn(SnapshotFile file) => Dockerfile.IsPath(file);

    public static InlineSuppressions Of(SnapshotFile file)
    {
        var suppressions = new InlineSuppressions(file.Path);
        if (Dockerfile.IsPath(file))
        {
            suppressions.ReadDockerfile(file);
        }

        return suppressions;
    }

    /// <summary>Whether a comment says that the finding may stay.</summary>
    public bool Cover(Finding finding)
    {
        if (_suppressions.Count == 0)
        {
            return false;
        }

        var ofRule = _byRule.GetOrAdd(finding.Rule, rule => [.. _suppressions.Where(suppression => suppression.Names(rule)).OrderBy(suppression => suppression.StartLine)]);
        var (low, high) = (0, ofRule.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ofRule[middle].StartLine <= finding.Location.StartLine ? (middle + 1, high) : (low, middle);
        }

        // What holds for the whole file begins with its first line, so it comes first; what stands between cannot overlap.
        return low > 0 && (ofRule[low - 1].EndLine >= finding.Location.StartLine || ofRule[0].EndLine == int.MaxValue);
    }

    /// <summary>A comment above an instruction holds for it, through other comments and empty lines; inside of one, it is nothing.</summary>
    private void ReadDockerfile(SnapshotFile file)
    {
        var dockerfile = Dockerfile.Parse(file);
        var line = 0;
        foreach (var instruction in dockerfile.Instructions)
        {
            for (line++; line < instruction.StartLine; line++)
            {
                ReadComment(dockerfile.Lines[line - 1], line, instruction.StartLine, instruction.EndLine, isFirst: line < dockerfile.Instructions[0].StartLine);
            }

            line = instruction.EndLine;
        }

        for (line++; line <= dockerfile.Lines.Count; line++)
        {
            ReadComment(dockerfile.Lines[line - 1], line, 0, 0, isFirst: false);
        }
    }

    private void ReadComment(string text, int line, int startLine, int endLine, bool isFirst)
    {
        if (text.Length > 1000 || !text.AsSpan().TrimStart().StartsWith("#"))
        {
            return;
        }

        if (Hadolint().Match(text) is { Success: true } hadolint)
        {
            var isGlobal = hadolint.Groups["global"].Success;
            var names = Split(hadolint.Groups["names"].Value).Select(name => "hadolint/" + name);
            _suppressions.Add(isGlobal ? new([.. names], 0, int.MaxValue) : new([.. names], startLine, endLine));
        }
        else if (isFirst && BuildCheck().Match(text) is { Success: true } check)
        {
            _suppressions.Add(new([.. Split(check.Groups["names"].Value).Select(name => "docker/" + name)], 0, int.MaxValue));
        }
        else if (Own().Match(text) is { Success: true } own)
        {
            var names = Split(own.Groups["names"].Value);
            if (Array.Find(names, name => !KnownRules.Contains(name)) is { } unknown)
            {
                _problems.Add(new(_path, line, $"{Mark} names no rule: '{unknown}'. Nothing is ignored."));
            }
            else if (string.IsNullOrWhiteSpace(own.Groups["reason"].Value))
            {
                _problems.Add(new(_path, line, $"{Mark} says no reason. Nothing is ignored; write one after the rule."));
            }
            else
            {
                _suppressions.Add(new(names, startLine, endLine));
            }
        }
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // Its README: "Inline ignores" and "Global ignores".
    [GeneratedRegex(@"^\s*#\s*hadolint\s+(?<global>global\s+)?ignore\s*=\s*(?<names>[A-Za-z]{2}[0-9]{4}(\s*,\s*[A-Za-z]{2}[0-9]{4})*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hadolint();

    /// <summary>Docker's directive for its own checks.</summary>
    [GeneratedRegex(@"^#\s*check\s*=\s*([a-z]+=[^;]*;\s*)*skip=(?<names>[A-Za-z]+(,[A-Za-z]+)*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BuildCheck();

    [GeneratedRegex(@"^\s*#\s*autodevops-ignore:\s*(?<names>[A-Za-z0-9-]+(\s*,\s*[A-Za-z0-9-]+)*)(?<reason>\s.*)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Own();

    private sealed record Suppression(string[] Written, int StartLine, int EndLine)
    {
        public bool Names(RuleDescriptor rule) => Array.Exists(Written, name =>
            name.Equals(rule.Id, StringComparison.OrdinalIgnoreCase) || name.Equals(rule.Name, StringComparison.OrdinalIgnoreCase) || rule.Equivalents.Contains(name, StringComparer.OrdinalIgnoreCase));
    }
}
