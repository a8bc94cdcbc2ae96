using System.Text;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>A text put together from the beginnings of lines, which knows where each of its characters stands in the file.</summary>
internal sealed class TracedText
{
    private readonly List<(int Offset, int Line)> _pieces = [];
    private readonly StringBuilder _building = new();
    private string? _text;

    public string Text => _text ??= _building.ToString();

    /// <summary>Whether nothing was added yet.</summary>
    public bool IsEmpty => _building.Length == 0;

    /// <summary>The lines it was made of, first and last.</summary>
    public int LastLine => _pieces.Count == 0 ? 0 : _pieces[^1].Line;

    /// <summary>Adds the beginning of a line, and a <c>\n</c> unless it is the last.</summary>
    public void Add(int line, ReadOnlySpan<char> beginning, bool isLast = false)
    {
        _pieces.Add((_building.Length, line));
        _building.Append(beginning);
        if (!isLast)
        {
            _building.Append('\n');
        }
    }

    /// <summary>The line, from 1, and the column in it, from 0.</summary>
    public (int Line, int Column) Place(int offset)
    {
        var (low, high) = (0, _pieces.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _pieces[middle].Offset <= offset ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? (0, 0) : (_pieces[low - 1].Line, offset - _pieces[low - 1].Offset);
    }
}
