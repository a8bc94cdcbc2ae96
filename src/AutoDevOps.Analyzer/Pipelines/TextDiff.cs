using System.Text;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>What changed between two texts, line by line.</summary>
public static class TextDiff
{
    private const int Context = 3;

    /// <summary>The lines of both texts in order, each with its sign: <c>' '</c> in both, <c>'-'</c> only before, <c>'+'</c> only after.</summary>
    public static IReadOnlyList<(char Sign, string Text)> Lines(string before, string after)
    {
        var diff = InlineDiffBuilder.Diff(before, after, ignoreWhiteSpace: false, ignoreCase: false, chunker: DiffPlex.Chunkers.LineChunker.Instance);
        var lines = diff.Lines.Select(line => (line.Type switch
        {
            ChangeType.Inserted => '+',
            ChangeType.Deleted => '-',
            _ => ' ',
        }, line.Text)).ToList();

        // The final line end is no line of its own.
        while (lines.Count > 0 && lines[^1].Text.Length == 0 && (before.EndsWith('\n') || after.EndsWith('\n') || before.Length == 0))
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }

    /// <summary>A unified diff with three lines of context, as <c>git apply</c> takes it; empty when nothing differs.</summary>
    public static string Unified(string path, string before, string after)
    {
        var lines = Lines(before, after);
        if (lines.All(line => line.Sign == ' '))
        {
            return "";
        }

        var text = new StringBuilder();
        text.Append(before.Length == 0 ? "--- /dev/null\n" : $"--- a/{path}\n").Append("+++ b/").Append(path).Append('\n');
        for (var index = 0; index < lines.Count;)
        {
            var first = index;
            while (first < lines.Count && lines[first].Sign == ' ')
            {
                first++;
            }

            if (first == lines.Count)
            {
                break;
            }

            var start = Math.Max(index, first - Context);
            var end = EndOfHunk(lines, first);
            WriteHunk(lines, start, end, text);
            index = end;
        }

        return text.ToString();
    }

    private static int EndOfHunk(IReadOnlyList<(char Sign, string Text)> lines, int first)
    {
        var end = first;
        for (var index = first; index < lines.Count && index - end <= 2 * Context; index++)
        {
            if (lines[index].Sign != ' ')
            {
                end = index + 1;
            }
        }

        return Math.Min(lines.Count, end + Context);
    }

    private static void WriteHunk(IReadOnlyList<(char Sign, string Text)> lines, int start, int end, StringBuilder text)
    {
        var (before, after) = (1, 1);
        for (var index = 0; index < start; index++)
        {
            before += lines[index].Sign == '+' ? 0 : 1;
            after += lines[index].Sign == '-' ? 0 : 1;
        }

        var hunk = lines.Skip(start).Take(end - start).ToList();
        var (beforeCount, afterCount) = (hunk.Count(line => line.Sign != '+'), hunk.Count(line => line.Sign != '-'));
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"@@ -{(beforeCount == 0 ? before - 1 : before)},{beforeCount} +{(afterCount == 0 ? after - 1 : after)},{afterCount} @@\n");
        foreach (var (sign, line) in hunk)
        {
            text.Append(sign).Append(line).Append('\n');
        }
    }
}
