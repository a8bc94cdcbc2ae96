using System.Runtime.CompilerServices;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Where a line stands in its text.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Length">Without the line's end.</param>
internal readonly record struct TextLine(int Number, int Start, int Length);

/// <summary>The keywords of all rules about secrets, looked for together: a file is searched once, however many formats there are.</summary>
internal static class SecretKeywords
{
    private static readonly SecretRule[] Rules = [.. RuleCatalog.All.OfType<SecretRule>()];

    private static readonly Dictionary<SecretRule, int> Indices = Rules.Index().ToDictionary(rule => rule.Item, rule => rule.Index);

    private static readonly KeywordAutomaton Automaton = new(
        [.. Rules.Index().SelectMany(rule => rule.Item.Keywords.Select(keyword => (keyword, rule.Item.IgnoresCase, rule.Index)))]);

    /// <summary>What the keywords say of a file; remembered while its rules run.</summary>
    public static SecretLines In(SnapshotFile file) => file.Remembered(static text => Find(text));

    /// <summary>The rules of which a keyword is in a short text.</summary>
    public static IEnumerable<SecretRule> RulesIn(string text)
    {
        HashSet<int>? found = null;
        Automaton.Search(text, (_, rule) => (found ??= []).Add(rule));
        return found is null ? [] : found.Order().Select(rule => Rules[rule]);
    }

    private static SecretLines Find(string text)
    {
        WorkBudget.Spend(1 + (text.Length / 64));
        List<(int Position, int Rule)>? hits = null;
        Automaton.Search(text, (position, rule) =>
        {
            WorkBudget.Spend(1);
            (hits ??= []).Add((position, rule));
        });
        return hits is null ? SecretLines.None : new(text, hits, Rules.Length, Indices);
    }
}

/// <summary>For each rule about secrets, the lines of one file on which a keyword of it stands.</summary>
internal sealed class SecretLines
{
    private readonly Dictionary<SecretRule, int> _indices;
    private readonly List<TextLine>?[] _lines;

    public SecretLines(string text, List<(int Position, int Rule)> hits, int rules, Dictionary<SecretRule, int> indices)
    {
        _indices = indices;
        _lines = new List<TextLine>?[rules];
        hits.Sort();
        var (number, start, end) = (1, 0, EndOf(text, 0));
        foreach (var (position, rule) in hits)
        {
            while (position > end)
            {
                start = end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1);
                end = EndOf(text, start);
                number++;
            }

            var lines = _lines[rule] ??= [];
            if (lines.Count == 0 || lines[^1].Number != number)
            {
                lines.Add(new(number, start, end - start));
            }
        }
    }

    private SecretLines() => (_indices, _lines) = ([], []);

    public static SecretLines None { get; } = new();

    public IReadOnlyList<TextLine> Of(SecretRule rule) => _indices.TryGetValue(rule, out var index) ? _lines[index] ?? [] : [];

    /// <summary>The rules of which a keyword stands on a line.</summary>
    public IEnumerable<SecretRule> On(int number) => _indices.Where(entry => Contains(_lines[entry.Value], number)).Select(entry => entry.Key);

    private static bool Contains(List<TextLine>? lines, int number)
    {
        var (low, high) = (0, (lines?.Count ?? 0) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (lines![middle].Number == number)
            {
                return true;
            }

            (low, high) = lines[middle].Number < number ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndOf(string text, int start)
    {
        var length = text.AsSpan(start).IndexOfAny('\r', '\n');
        return length < 0 ? text.Length : start + length;
    }
}
