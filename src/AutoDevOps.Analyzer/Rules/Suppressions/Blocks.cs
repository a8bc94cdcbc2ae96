namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>How the lines of a file stand below each other, by indentation; found in one pass.</summary>
internal sealed class Blocks
{
    private readonly int[] _end;
    private readonly int[] _around;
    private readonly int[] _next;

    /// <param name="saysNothing">Whether a line is empty or only a comment: it opens and closes nothing.</param>
    public Blocks(IReadOnlyList<string> lines, Func<string, bool> saysNothing)
    {
        (_end, _around, _next) = (new int[lines.Count + 1], new int[lines.Count + 1], new int[lines.Count + 1]);
        List<(int Line, int Depth)> open = [];
        for (var number = 1; number <= lines.Count; number++)
        {
            var line = lines[number - 1];
            var isSilent = saysNothing(line);
            var depth = Depth(line);
            while (!isSilent && open.Count > 0 && open[^1].Depth >= depth)
            {
                _end[open[^1].Line] = number - 1;
                open.RemoveAt(open.Count - 1);
            }

            var outer = isSilent ? CountBelow(open, depth) : open.Count;
            _around[number] = outer > 0 ? open[outer - 1].Line : 0;
            if (!isSilent)
            {
                open.Add((number, depth));
            }
        }

        open.ForEach(rest => _end[rest.Line] = lines.Count);
        for (var (number, next) = (lines.Count, 0); number >= 0; number--)
        {
            _next[number] = next;
            next = number > 0 && !saysNothing(lines[number - 1]) ? number : next;
        }
    }

    /// <summary>The first line after this one that says something, or 0.</summary>
    public int Next(int number) => _next[number];

    /// <summary>The last line that is indented below this one, or itself.</summary>
    public int EndOf(int number) => _end[number];

    /// <summary>The line that this one is indented below, or 0.</summary>
    public int Around(int number) => _around[number];

    // An item of a list stands below a key of the same column.
    private static int Depth(string line)
    {
        var text = line.AsSpan().TrimStart();
        return (2 * (line.Length - text.Length)) + (text.StartsWith("- ") ? 1 : 0);
    }

    private static int CountBelow(List<(int Line, int Depth)> open, int depth)
    {
        var (low, high) = (0, open.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = open[middle].Depth < depth ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
