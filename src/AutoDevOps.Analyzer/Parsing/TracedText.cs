using System.Text;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>A text put together from the beginnings of lines, which knows where each of its characters stands in the file.</summary>
internal sealed class TracedText
{
    private readonly List<(int Offset, int Line)> _pieces;

    private TracedText(string text, List<(int Offset, int Line)> pieces) => (Text, _pieces) = (text, pieces);

    public string Text { get; }

    /// <summary>The last of the lines it was made of.</summary>
    public int LastLine => _pieces.Count == 0 ? 0 : _pieces[^1].Line;

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

    /// <summary>Puts one together.</summary>
    internal sealed class Builder
    {
        private readonly List<(int Offset, int Line)> _pieces = new(1);
        private readonly StringBuilder _text = new();

        public bool IsEmpty => _pieces.Count == 0;

        /// <summary>Adds the beginning of a line, and a <c>\n</c> unless it is the last.</summary>
        public void Add(int line, ReadOnlySpan<char> beginning, bool isLast = false)
        {
            _pieces.Add((_text.Length, line));
            _text.Append(beginning);
            if (!isLast)
            {
                _text.Append('\n');
            }
        }

        public TracedText Build() => new(_text.ToString(), _pieces);
    }
}
