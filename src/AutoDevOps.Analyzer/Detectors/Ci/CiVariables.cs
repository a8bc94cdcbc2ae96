using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>What names stand for in a CI file: one value, or the values of a matrix.</summary>
/// <param name="open">What stands before a name: <c>$(</c>, <c>&lt;&lt; parameters.</c>, <c>${</c>.</param>
/// <param name="close">What stands after it; <c>""</c>: whatever no name has.</param>
/// <param name="around">Asked for names that are not known here.</param>
internal sealed class CiVariables(string open, string close, CiVariables? around = null)
{
    /// <summary>Of more values, a matrix is no list of versions.</summary>
    private const int MaxValues = 100;

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    public static CiVariables None { get; } = new("$(", ")");

    public void Add(string name, DataNode? value) => Add(name, (value?.ScalarOrItems() ?? []).Select(node => node.Text!));

    public void Add(string name, IEnumerable<string> stated)
    {
        if (!_values.TryGetValue(name, out var values))
        {
            _values.Add(name, values = []);
        }

        foreach (var text in stated)
        {
            if (values.Count < MaxValues && !values.Contains(text))
            {
                values.Add(text);
            }
        }
    }

    public void AddAll(DataNode? mapping)
    {
        foreach (var (key, value) in mapping?.Entries ?? [])
        {
            if (key.Text is { } name)
            {
                Add(name, value["value"] ?? value);
            }
        }
    }

    /// <summary>The text once for each value of the first name in it; as it stands where it names nothing that is known.</summary>
    public IReadOnlyList<string> Resolve(string text)
    {
        var start = text.IndexOf(open, StringComparison.Ordinal);
        if (start < 0)
        {
            return [text];
        }

        var first = start + open.Length;
        var end = close.Length > 0 ? text.IndexOf(close, first, StringComparison.Ordinal) : first + text[first..].TakeWhile(IsOfName).Count();
        var values = end < 0 ? null : ValuesOf(text[first..end].Trim());
        return values is null ? [text] : [.. values.Select(value => text[..start] + value + text[(end + close.Length)..])];
    }

    private List<string>? ValuesOf(string name) => _values.TryGetValue(name, out var values) ? values : around?.ValuesOf(name);

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
