using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>The values of a GitHub matrix that are written out, to put in the place of <c>${{ matrix.name }}</c>.</summary>
internal sealed partial class MatrixValues
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly HashSet<(string Name, string Value)> _seen = [];

    public MatrixValues(DataNode? matrix)
    {
        foreach (var (key, value) in matrix?.Entries ?? [])
        {
            if (key.Text is not { } name || name == "exclude")
            {
                continue;
            }

            if (name != "include")
            {
                Add(name, value, 0);
                continue;
            }

            foreach (var (rowKey, rowValue) in value.Items.SelectMany(row => row.Entries))
            {
                Add(rowKey.Text ?? "", rowValue, 0);
            }
        }
    }

    /// <summary>Replaces references whose value is known and the same in every row. An option that only chooses an interpreter of the matrix is left
    /// out: a job of one version has no other.</summary>
    public string ResolveSingle(string text) =>
        Reference().Replace(Interpreter().Replace(text, match => _values.TryGetValue(match.Groups["name"].Value, out var versions) && versions.Count > 1 ? "" : match.Value), match => _values.TryGetValue(match.Groups["name"].Value, out var values) && values.Count == 1 ? values[0] : match.Value);

    /// <summary>A text that is nothing but one reference becomes all its values, one a line, in the order of the file.</summary>
    public string ResolveAll(string text)
    {
        var match = Reference().Match(text);
        return match.Success && match.Value.Length == text.Trim().Length && _values.TryGetValue(match.Groups["name"].Value, out var values)
            ? string.Join('\n', values)
            : ResolveSingle(text);
    }

    private void Add(string name, DataNode value, int depth)
    {
        if (value.Text is { } text)
        {
            // What is computed while it runs is not known.
            if (text.Contains("${{", StringComparison.Ordinal))
            {
                return;
            }

            if (!_values.TryGetValue(name, out var values))
            {
                _values.Add(name, values = []);
            }

            if (_seen.Add((name, text)))
            {
                values.Add(text);
            }

            return;
        }

        foreach (var item in value.Items)
        {
            Add(name, item, depth);
        }

        foreach (var (key, nested) in depth < 4 ? value.Entries : [])
        {
            Add($"{name}.{key.Text}", nested, depth + 1);
        }
    }

    [GeneratedRegex(@" --python[= ]""?\$\{\{\s*matrix\.(?<name>[A-Za-z0-9_.-]+)\s*\}\}""?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Interpreter();

    [GeneratedRegex(@"\$\{\{\s*matrix\.(?<name>[A-Za-z0-9_.-]+)\s*\}\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
