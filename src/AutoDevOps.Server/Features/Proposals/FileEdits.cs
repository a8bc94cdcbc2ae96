using System.Text;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Applies edits that were made for a file as it was analysed to the file as it is now: where the lines of an edit and those around it
/// still stand as they did, wherever they moved.</summary>
internal sealed class FileEdits
{
    // As many as a patch has; git looks for so many too.
    private const int Context = 3;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IReadOnlyList<string> _before;
    private readonly IReadOnlyList<string> _now;
    private readonly bool _isSame;
    private readonly SortedDictionary<(int Start, int End), string?> _edits = [];

    private FileEdits(IReadOnlyList<string> before, IReadOnlyList<string> now)
    {
        (_before, _now) = (before, now);
        _isSame = before.SequenceEqual(now, StringComparer.Ordinal);
    }

    /// <returns>Null: one of them is not text that lines can be counted in as patches do.</returns>
    public static FileEdits? Of(byte[] before, byte[] now) =>
        Lines(before) is { } old && Lines(now) is { } current ? new FileEdits(old, current) : null;

    /// <summary>Takes a fix in, or nothing of it.</summary>
    /// <param name="startLine">The first line of what the fix mends, from 1; 0 for the whole file.</param>
    /// <returns>Whether what it mends and every line that it changes stand as they did, and nothing taken in before changes them otherwise.</returns>
    public bool TryAdd(IReadOnlyList<Edit> edits, int startLine, int endLine)
    {
        if (startLine > 0 && Find(startLine, Math.Min(endLine, _before.Count), 0) is null)
        {
            return false;
        }

        var placed = new List<((int Start, int End) Place, string? Text)>();
        foreach (var edit in edits)
        {
            if (Find(edit.StartLine, edit.EndLine, Context) is not { } start)
            {
                return false;
            }

            var place = (start, start + edit.EndLine - edit.StartLine);
            var isThere = _edits.TryGetValue(place, out var text);
            if ((isThere && text != edit.Text) || (!isThere && _edits.Keys.Concat(placed.Select(other => other.Place)).Any(other => Overlap(place, other))))
            {
                return false;
            }

            placed.Add((place, edit.Text));
        }

        placed.ForEach(edit => _edits[edit.Place] = edit.Text);
        return placed.Count > 0;
    }

    /// <summary>The file with all that was taken in. New lines end as its first one does.</summary>
    public byte[] Apply()
    {
        var ending = _now is [var first, ..] && first.EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var text = new StringBuilder();
        var next = 1;
        foreach (var ((start, end), inserted) in _edits)
        {
            Append(next, start - 1);
            if (inserted is not null)
            {
                if (text.Length > 0 && text[^1] != '\n')
                {
                    text.Append(ending);
                }

                text.Append(inserted.Replace("\n", ending, StringComparison.Ordinal));
                // A last line without an end stays one.
                text.Append(end >= _now.Count && end >= start && !_now[^1].EndsWith('\n') ? "" : ending);
            }

            next = end + 1;
        }

        Append(next, _now.Count);
        return Strict.GetBytes(text.ToString());

        void Append(int from, int to)
        {
            for (var line = from; line <= to; line++)
            {
                text.Append(_now[line - 1]);
            }
        }
    }

    /// <summary>Where lines of the file as it was stand now, found by themselves and some around them.</summary>
    /// <param name="end">Before <paramref name="start"/> for a place between two lines.</param>
    /// <returns>The number of the first one; null when they are gone, or stand in several places of which none is where it was.</returns>
    private int? Find(int start, int end, int around)
    {
        if (start < 1 || start > _before.Count + 1 || end > _before.Count || end < start - 1)
        {
            return null;
        }

        if (_isSame)
        {
            return start;
        }

        var (first, last) = (Math.Max(1, start - around), Math.Min(_before.Count, end + around));
        var block = _before.Skip(first - 1).Take(last - first + 1).ToList();
        // What stood at an end of the file stands there now.
        var found = Enumerable.Range(1, Math.Max(0, _now.Count - block.Count + 1))
            .Where(line => (first > 1 || around == 0 || line == 1) && (last < _before.Count || around == 0 || line + block.Count - 1 == _now.Count))
            .Where(line => block.SequenceEqual(_now.Skip(line - 1).Take(block.Count), StringComparer.Ordinal)).ToList();
        return block.Count == 0 || found.Count == 0 ? null
            : found.Count == 1 ? found[0] + start - first
            : found.Contains(first) ? start
            : around == 0 ? found[0]
            : null;
    }

    // What is put in between two lines is in the way of what replaces both.
    private static bool Overlap((int Start, int End) one, (int Start, int End) other) =>
        one == other || (one.Start <= other.End && other.Start <= one.End);

    private static IReadOnlyList<string>? Lines(byte[] content)
    {
        try
        {
            return content.Contains((byte)0) ? null : FixDiff.Lines(Strict.GetString(content));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
