using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a pattern of branches, tags or paths that is none, or fits nothing.</summary>
internal sealed class InvalidFilterPattern : WorkflowRule
{
    private static readonly string[] Refs = ["branches", "branches-ignore", "tags", "tags-ignore"];
    private static readonly string[] Others = ["paths", "paths-ignore", "names", "versions"];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA077", "invalid-filter-pattern", Category.CiCd, Severity.High,
        What: "A filter of branches, tags, paths or images with a pattern that is not complete, or that nothing can fit.",
        Why: "The event starts no run, and nobody is told.",
        Remedy: "Write the name of the branch or tag without `refs/`, the path from the root without `./`, and close each bracket.")
    {
        Equivalents = ["actionlint/glob"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var trigger in workflow.Triggers.Where(trigger => trigger.Filter is { Kind: NodeKind.Mapping }))
        {
            foreach (var (filter, isRef) in Refs.Select(name => (name, true)).Concat(Others.Select(name => (name, false))))
            {
                var patterns = trigger.Filter![filter]?.ScalarOrItems().Where(pattern => !pattern.Text!.Contains("${{", StringComparison.Ordinal)).ToList() ?? [];
                foreach (var pattern in patterns)
                {
                    if (Problem(pattern.Text!, filter, isRef) is { } problem)
                    {
                        yield return At(workflow, pattern, $"'{pattern.Text}' under '{filter}' {problem}.") with { Fix = isRef ? Repair(workflow, pattern, filter) : null };
                    }
                }

                // Who excludes everything by name wants nothing to be left: no run for tags.
                if (patterns.Count > 0 && !filter.EndsWith("-ignore", StringComparison.Ordinal) && patterns.All(pattern => pattern.Text!.StartsWith('!')) && !patterns.Exists(pattern => pattern.Text is "!*" or "!**"))
                {
                    yield return At(workflow, patterns[0], $"'{filter}' only excludes, so nothing is left: name first what is to be included, or use '{filter}-ignore'.");
                }
            }
        }
    }

    /// <summary>The name without what no name begins with, where it is of the kind that is filtered.</summary>
    private static Fix? Repair(Workflow workflow, DataNode pattern, string filter)
    {
        var prefix = filter.StartsWith("tags", StringComparison.Ordinal) ? "refs/tags/" : "refs/heads/";
        var line = workflow.Lines[pattern.Line - 1];
        var at = line.Length > UsedVersion.MaxLine || pattern.BlockLine > 0 || pattern.End.Line != pattern.Line ? -1 : line.IndexOf(prefix, pattern.Start.Column - 1, StringComparison.Ordinal);
        return at < 0 || at > pattern.Start.Column + 1 || pattern.Text!.Length == prefix.Length ? null
            : new("Leave 'refs/' away", workflow.File.Path, [new Edit(pattern.Line, pattern.Line, line.Remove(at, prefix.Length))]);
    }

    private static string? Problem(string pattern, string filter, bool isRef)
    {
        var text = pattern.StartsWith('!') ? pattern[1..] : pattern;
        return text.Length == 0 ? "is empty"
            : text.Trim() != text ? "begins or ends with a blank, which no name does"
            : isRef && (text.StartsWith("refs/heads/", StringComparison.Ordinal) || text.StartsWith("refs/tags/", StringComparison.Ordinal)) ? "begins with 'refs/', which is no part of the name that it is compared with"
            : isRef && (text.StartsWith('/') || text.EndsWith('/') || text.Contains("//", StringComparison.Ordinal)) ? "has a slash where no name has one"
            : isRef && text.AsSpan().IndexOfAny(" ~^:") >= 0 ? "has a character that no name has"
            : isRef && Escaped(text) is { } letter ? $"has '\\{letter}', and patterns are no regular expressions"
            : filter.StartsWith("paths", StringComparison.Ordinal) && (text is "." or ".." || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal)) ? "begins with dots, and paths begin at the root of the repository"
            : Brackets(text);
    }

    /// <summary>A letter or digit behind a backslash, which only special characters need.</summary>
    private static char? Escaped(string text)
    {
        for (var index = text.IndexOf('\\', StringComparison.Ordinal); index >= 0 && index + 1 < text.Length; index = text.IndexOf('\\', index + 2))
        {
            if (char.IsAsciiLetterOrDigit(text[index + 1]))
            {
                return text[index + 1];
            }

            if (index + 2 >= text.Length)
            {
                break;
            }
        }

        return null;
    }

    private static string? Brackets(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            switch (text[index])
            {
                case '\\':
                    index++;
                    break;
                case '[':
                    var end = text.IndexOf(']', index + 1);
                    if (end <= index + 1)
                    {
                        return end < 0 ? "opens a bracket that it does not close" : "has brackets with nothing in them";
                    }

                    if (text[(index + 1)..end].Split('-') is [[.., var first], [var last, ..]] && first > last)
                    {
                        return $"has a range that ends before it begins: '{first}-{last}'";
                    }

                    index = end;
                    break;
                case '?' or '+' when index == 0 || text[index - 1] is '/' or '*':
                    return $"has a '{text[index]}' after nothing that it could repeat";
                default:
                    break;
            }
        }

        return null;
    }
}
