namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds many words in one pass over a text, whose time depends on its length and on nothing that it says.</summary>
/// <remarks>A. V. Aho, M. J. Corasick, "Efficient string matching", 1975, as a table without failures. The vectorised search of .NET is faster for
/// a dozen words and several times slower for the two hundred that there are.</remarks>
internal sealed class KeywordAutomaton
{
    private readonly byte[] _classes = new byte[128];
    private readonly int _width;

    // The state after a character of each class; the complement of it where a word ends. States are numbered by their row's place.
    private readonly int[] _next;
    private readonly (string Word, bool IgnoresCase, int Owner)[][] _ends;

    /// <param name="words">ASCII, each with a number that is told when it is found.</param>
    public KeywordAutomaton(IReadOnlyList<(string Word, bool IgnoresCase, int Owner)> words)
    {
        foreach (var character in words.SelectMany(word => word.Word.ToLowerInvariant()).Distinct().Order())
        {
            _classes[character] = (byte)++_width;
            _classes[char.ToUpperInvariant(character)] = (byte)_width;
        }

        _width++;
        List<int[]> rows = [new int[_width]];
        List<List<(string Word, bool IgnoresCase, int Owner)>> ends = [[]];
        foreach (var word in words)
        {
            var state = 0;
            foreach (var character in word.Word)
            {
                ref var next = ref rows[state][_classes[character]];
                if (next == 0)
                {
                    next = rows.Count;
                    rows.Add(new int[_width]);
                    ends.Add([]);
                }

                state = next;
            }

            ends[state].Add(word);
        }

        CloseOver(rows, ends);
        _ends = [.. ends.Select(end => end.ToArray())];
        _next = [.. rows.SelectMany(row => row).Select(state => _ends[state].Length > 0 ? ~(state * _width) : state * _width)];
    }

    /// <summary>Tells where each word begins and its number, in the order in which they end.</summary>
    public void Search(ReadOnlySpan<char> text, Action<int, int> found)
    {
        var state = 0;
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            state = _next[state + (character < 128 ? _classes[character] : 0)];
            if (state >= 0)
            {
                continue;
            }

            state = ~state;
            foreach (var (word, ignoresCase, owner) in _ends[state / _width])
            {
                var start = index + 1 - word.Length;
                if (ignoresCase || text.Slice(start, word.Length).SequenceEqual(word))
                {
                    found(start, owner);
                }
            }
        }
    }

    /// <summary>Gives every state the transitions and the words of the longest suffix of it that is a state, too; the shorter ones first.</summary>
    private static void CloseOver(List<int[]> rows, List<List<(string Word, bool IgnoresCase, int Owner)>> ends)
    {
        var suffixes = new int[rows.Count];
        var queue = new Queue<int>(rows[0].Where(state => state > 0));
        while (queue.TryDequeue(out var state))
        {
            var suffix = suffixes[state];
            ends[state].AddRange(ends[suffix]);
            for (var kind = 0; kind < rows[state].Length; kind++)
            {
                var next = rows[state][kind];
                if (next == 0)
                {
                    rows[state][kind] = rows[suffix][kind];
                }
                else
                {
                    suffixes[next] = rows[suffix][kind];
                    queue.Enqueue(next);
                }
            }
        }
    }
}
