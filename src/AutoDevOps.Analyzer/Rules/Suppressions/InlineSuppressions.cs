using System.Buffers;
using System.Collections.Concurrent;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>What the comments of a file say may stay, in our words and in those of other tools, through <see cref="RuleDescriptor.Equivalents"/>.</summary>
internal sealed class InlineSuppressions
{
    private static readonly SearchValues<string> Marks = SearchValues.Create([.. SuppressionDialect.All.Select(dialect => dialect.Mark)], StringComparison.OrdinalIgnoreCase);

    private readonly IReadOnlyList<Suppression> _suppressions;
    private readonly ConcurrentDictionary<RuleDescriptor, LineRange[]> _byRule = new();

    private InlineSuppressions(FoundSuppressions found) => (_suppressions, Problems) = (found.ToEnd(), found.Problems);

    /// <summary>Comments that were meant for us and hold nothing.</summary>
    public IReadOnlyList<Diagnostic> Problems { get; }

    /// <returns>Null when no comment in the file says anything.</returns>
    public static InlineSuppressions? Of(SnapshotFile file)
    {
        if (!file.Text.AsSpan().ContainsAny(Marks))
        {
            return null;
        }

        var found = new FoundSuppressions(file.Path);
        foreach (var comment in new CommentedText(file).Find(Marks))
        {
            foreach (var dialect in SuppressionDialect.All.Where(dialect => comment.Line.Contains(dialect.Mark, StringComparison.OrdinalIgnoreCase)))
            {
                dialect.Read(comment, found);
            }
        }

        return new(found);
    }

    /// <summary>Whether a comment says that the finding may stay.</summary>
    public bool Cover(Finding finding)
    {
        if (_suppressions.Count == 0)
        {
            return false;
        }

        var ranges = _byRule.GetOrAdd(finding.Rule, RangesOf);
        var (low, high) = (0, ranges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ranges[middle].Start <= finding.Location.StartLine ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && ranges[low - 1].End >= finding.Location.StartLine;
    }

    /// <summary>The lines on which a rule is held back, in order and without overlap.</summary>
    private LineRange[] RangesOf(RuleDescriptor rule)
    {
        List<LineRange> merged = [];
        foreach (var (start, end) in _suppressions.Where(suppression => suppression.Names(rule)).Select(suppression => suppression.Lines).OrderBy(lines => lines.Start))
        {
            if (merged.Count > 0 && merged[^1].End >= start)
            {
                merged[^1] = merged[^1] with { End = Math.Max(merged[^1].End, end) };
            }
            else
            {
                merged.Add(new(start, end));
            }
        }

        return [.. merged];
    }
}
