using System.Buffers;
using System.Globalization;
using System.Text;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Writes a fix as a patch.</summary>
public static class FixDiff
{
    private const int Context = 3;

    // YAML 1.1 breaks lines at these too.
    private static readonly SearchValues<char> OtherBreaks = SearchValues.Create("\r\u0085\u2028\u2029");

    /// <summary>The lines of a file with their ends, of which only the last may have none; or null, when the text breaks lines in a way
    /// that the parsers behind the rules count and patches do not.</summary>
    public static IReadOnlyList<string>? Lines(string text)
    {
        if (text.Replace("\r\n", "\n", StringComparison.Ordinal).AsSpan().ContainsAny(OtherBreaks))
        {
            return null;
        }

        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var at ? at + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }

    /// <summary>A unified diff with three lines of context, as <c>git apply</c> and <c>patch -p1</c> take it; null when an edit is for lines
    /// that the file does not have, or that another edit has.</summary>
    /// <param name="lines">The file that the fix is for, as <see cref="Lines"/> gives it; new lines end as its first one does.</param>
    public static string? Unified(Fix fix, IReadOnlyList<string> lines)
    {
        var ending = lines is [var first, ..] && first.EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        // What is put in before a line comes before what replaces that line.
        var edits = fix.Edits.OrderBy(edit => edit.StartLine).ThenBy(edit => edit.EndLine).ToList();
        if (!Fit(edits, lines.Count))
        {
            return null;
        }

        var diff = new StringBuilder($"--- {Name("a/", fix.Path)}\n+++ {Name("b/", fix.Path)}\n");
        var shift = 0;
        for (var at = 0; at < edits.Count;)
        {
            // What lies closer than twice the context would show the same lines twice.
            var end = at + 1;
            while (end < edits.Count && edits[end].StartLine - edits[end - 1].EndLine <= 2 * Context)
            {
                end++;
            }

            shift += AppendHunk(diff, lines, edits[at..end], ending, shift);
            at = end;
        }

        return diff.ToString();
    }

    private static bool Fit(List<Edit> edits, int lines)
    {
        var free = 1;
        foreach (var edit in edits)
        {
            if (edit.StartLine < free || edit.EndLine < edit.StartLine - 1 || edit.EndLine > lines || edit.StartLine > lines + 1)
            {
                return false;
            }

            free = edit.EndLine + 1;
        }

        return edits.Count > 0;
    }

    /// <returns>How many lines the file grows by.</returns>
    private static int AppendHunk(StringBuilder diff, IReadOnlyList<string> lines, List<Edit> edits, string ending, int shift)
    {
        var hunk = new List<(char Sign, string Line)>();
        var start = Math.Max(1, edits[0].StartLine - Context);
        var next = start;
        foreach (var edit in edits)
        {
            hunk.AddRange(Between(next, edit.StartLine - 1).Select(line => (' ', line)));
            hunk.AddRange(Between(edit.StartLine, edit.EndLine).Select(line => ('-', line)));
            if (edit.Text is not null)
            {
                End(hunk, ending);
                hunk.AddRange(edit.Text.Split('\n').Select(line => ('+', line + ending)));
            }

            next = edit.EndLine + 1;
        }

        hunk.AddRange(Between(next, next - 1 + Context).Select(line => (' ', line)));
        var (before, after) = (hunk.Count(line => line.Sign != '+'), hunk.Count(line => line.Sign != '-'));
        // The place of nothing is the line before it.
        diff.Append(CultureInfo.InvariantCulture, $"@@ -{(before == 0 ? start - 1 : start)},{before} +{(after == 0 ? start + shift - 1 : start + shift)},{after} @@\n");
        foreach (var (sign, line) in hunk)
        {
            diff.Append(sign).Append(line).Append(line.EndsWith('\n') ? "" : "\n\\ No newline at end of file\n");
        }

        return after - before;

        IEnumerable<string> Between(int first, int last) => lines.Skip(first - 1).Take(last - first + 1);
    }

    /// <summary>A last line without an end gets one before lines can follow it.</summary>
    private static void End(List<(char Sign, string Line)> hunk, string ending)
    {
        if (hunk is [.., (' ', var last)] && !last.EndsWith('\n'))
        {
            hunk[^1] = ('-', last);
            hunk.Add(('+', last + ending));
        }
    }

    /// <summary>Quoted as git does it, where a name could be read as something else; a tab ends a name with a space.</summary>
    private static string Name(string prefix, string path)
    {
        if (!path.Any(IsSpecial))
        {
            return prefix + path + (path.Contains(' ') ? "\t" : "");
        }

        var quoted = new StringBuilder("\"").Append(prefix);
        foreach (var character in path)
        {
            _ = !IsSpecial(character) ? quoted.Append(character)
                : quoted.Append('\\').Append(character is '"' or '\\' ? character.ToString() : Convert.ToString(character, 8).PadLeft(3, '0'));
        }

        return quoted.Append('"').ToString();

        static bool IsSpecial(char character) => character is < ' ' or '\x7f' or '"' or '\\';
    }
}
