using System.Globalization;
using System.Text;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Writes a fix as a patch.</summary>
public static class FixDiff
{
    private const int Context = 3;

    /// <summary>A unified diff with three lines of context, as <c>git apply</c> and <c>patch -p1</c> take it.</summary>
    /// <param name="fix">Its edits do not overlap, and stand within the text.</param>
    /// <param name="text">The file that the fix is for, with its line ends; new lines end as its first one does.</param>
    /// <exception cref="ArgumentOutOfRangeException">An edit is for lines that the text does not have.</exception>
    public static string Unified(Fix fix, string text)
    {
        var lines = Split(text);
        var ending = lines is [var first, ..] && first.EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        // What is put in before a line comes before what replaces that line.
        var edits = fix.Edits.OrderBy(edit => edit.StartLine).ThenBy(edit => edit.EndLine).ToList();
        if (edits.Find(edit => edit.StartLine < 1 || edit.EndLine < edit.StartLine - 1 || edit.EndLine > lines.Count || edit.StartLine > lines.Count + 1) is { } outside)
        {
            throw new ArgumentOutOfRangeException(nameof(fix), $"Lines {outside.StartLine} to {outside.EndLine} are not in {fix.Path}, which has {lines.Count}.");
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

    /// <returns>How many lines the file grows by.</returns>
    private static int AppendHunk(StringBuilder diff, List<string> lines, List<Edit> edits, string ending, int shift)
    {
        var hunk = new List<(char Sign, string Line)>();
        var start = Math.Max(1, edits[0].StartLine - Context);
        var next = start;
        foreach (var edit in edits)
        {
            hunk.AddRange(lines[(next - 1)..(edit.StartLine - 1)].Select(line => (' ', line)));
            hunk.AddRange(lines[(edit.StartLine - 1)..edit.EndLine].Select(line => ('-', line)));
            if (edit.Text is not null)
            {
                End(hunk, ending);
                hunk.AddRange(edit.Text.Split('\n').Select(line => ('+', line + ending)));
            }

            next = edit.EndLine + 1;
        }

        hunk.AddRange(lines[(next - 1)..Math.Min(lines.Count, next - 1 + Context)].Select(line => (' ', line)));
        var (before, after) = (hunk.Count(line => line.Sign != '+'), hunk.Count(line => line.Sign != '-'));
        // The place of nothing is the line before it.
        diff.Append(CultureInfo.InvariantCulture, $"@@ -{(before == 0 ? start - 1 : start)},{before} +{(after == 0 ? start + shift - 1 : start + shift)},{after} @@\n");
        foreach (var (sign, line) in hunk)
        {
            diff.Append(sign).Append(line).Append(line.EndsWith('\n') ? "" : "\n\\ No newline at end of file\n");
        }

        return after - before;
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

    /// <summary>The lines with their ends; only the last may have none.</summary>
    private static List<string> Split(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var at ? at + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
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
