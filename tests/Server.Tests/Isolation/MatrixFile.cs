using System.Text;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>A table of expectations that people read and tests check: a line for each thing that is tried, a column for each who tries it.
/// Lines that begin with # explain.</summary>
internal sealed class MatrixFile
{
    private readonly string _name;
    private readonly List<string> _text;
    private readonly Dictionary<string, int> _places;

    private MatrixFile(string name, string text)
    {
        _name = name;
        _text = [.. text.Split('\n').Where(line => line.Length > 0)];
        var lines = _text.Where(line => line[0] != '#').ToList();
        Columns = Split(lines[0]).Cells;
        _places = Columns.Select((column, at) => (column, at)).ToDictionary(StringComparer.Ordinal);
        Lines = lines.Skip(1).Select(Split).ToDictionary(line => line.Key, line => line.Cells, StringComparer.Ordinal);
        var wrong = Lines.FirstOrDefault(line => line.Value.Count != Columns.Count);
        Assert.True(wrong.Key is null, $"{name}: the line \"{wrong.Key}\" has {wrong.Value?.Count} cells for {Columns.Count} columns.");
    }

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Lines { get; }

    public string this[string line, string column] => Lines.TryGetValue(line, out var cells) ? cells[_places[column]] : "";

    public static MatrixFile Read(string name) => new(name, SourceTree.Read("tests", "Server.Tests", "Isolation", name));

    /// <summary>Where what is differs from what is expected, in words that say what to do.</summary>
    public string Differences(IReadOnlyDictionary<(string Line, string Column), string> measured)
    {
        var text = new StringBuilder();
        foreach (var line in measured.Keys.Select(key => key.Line).Distinct(StringComparer.Ordinal))
        {
            var cells = Columns.Select(column => measured.GetValueOrDefault((line, column), "?")).ToList();
            if (!Lines.TryGetValue(line, out var expected))
            {
                text.Append("There is no line for what is new. If this is as it should be, add to tests/Server.Tests/Isolation/").Append(_name).Append(":\n").Append(Format(line, cells)).Append('\n');
                continue;
            }

            foreach (var (column, at) in Columns.Select((column, at) => (column, at)).Where(column => cells[column.at] != expected[column.at]))
            {
                text.Append(_name).Append(": ").Append(line).Append(", ").Append(column).Append(": expected ").Append(expected[at]).Append(", found ").Append(cells[at]).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Whether all that was tried, perhaps a part of the file, is as it is written.</summary>
    public bool Holds(IReadOnlyDictionary<(string Line, string Column), string> measured) => measured.All(cell => this[cell.Key.Line, cell.Key.Column] == cell.Value);

    /// <summary>Lines about what is no more.</summary>
    public IEnumerable<string> Superfluous(IReadOnlyDictionary<(string Line, string Column), string> measured) =>
        Lines.Keys.Except(measured.Keys.Select(key => key.Line), StringComparer.Ordinal).Select(line => $"Nothing is tried for the line \"{line}\" of {_name}: remove it.");

    /// <summary>Fails unless all is as it is written.</summary>
    public void AssertHolds(IReadOnlyDictionary<(string Line, string Column), string> measured)
    {
        if (Environment.GetEnvironmentVariable("PRINT_MATRIX") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, _name), Print(measured));
        }

        Assert.Equal("", Differences(measured) + string.Join('\n', Superfluous(measured)));
    }

    private string Print(IReadOnlyDictionary<(string Line, string Column), string> measured)
    {
        var text = new StringBuilder().AppendJoin('\n', _text.TakeWhile(line => line[0] == '#')).Append('\n');
        text.Append(Format("", Columns)).Append('\n');
        foreach (var line in measured.Keys.Select(key => key.Line).Distinct(StringComparer.Ordinal))
        {
            text.Append(Format(line, [.. Columns.Select(column => measured.GetValueOrDefault((line, column), "?"))])).Append('\n');
        }

        return text.ToString();
    }

    private string Format(string line, IReadOnlyList<string> cells)
    {
        var width = Math.Clamp(Lines.Keys.Select(key => key.Length).DefaultIfEmpty(0).Max(), 36, 80);
        return $"{line.PadRight(width)} | {string.Join(' ', cells.Select((cell, at) => cell.PadRight(at == cells.Count - 1 ? 0 : Math.Max(10, Columns[at].Length))))}".TrimEnd();
    }

    private static (string Key, IReadOnlyList<string> Cells) Split(string line)
    {
        var parts = line.Split(" | ", 2);
        return (parts[0].TrimEnd(), parts.Length == 1 ? [] : parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
