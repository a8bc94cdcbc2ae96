using AutoDevOps.Analyzer.Rules;
using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace AutoDevOps.Server.Ui.Text;

/// <summary>One line of a diff.</summary>
/// <param name="Sign">'+' added, '-' removed, ' ' unchanged, '@' lines left out.</param>
/// <param name="Number">The line's number in the new text; in the old one for a removed line.</param>
public readonly record struct DiffLine(char Sign, int? Number, string Text);

/// <summary>Compares two texts line by line, and shows what changes with a little around it.</summary>
internal static class LineDiff
{
    private const int Around = 3;

    // Comparing takes time by the product of what differs; beyond this a person does not read it either.
    private const int MaxLines = 4000;

    public static IReadOnlyList<DiffLine> Between(string before, string after)
    {
        if (Lines(before).Length + Lines(after).Length > MaxLines)
        {
            return [new('@', null, "Too long to compare here.")];
        }

        var lines = new List<DiffLine>();
        var old = 0;
        foreach (var piece in new InlineDiffBuilder(new Differ()).BuildDiffModel(before, after, ignoreWhitespace: false).Lines)
        {
            if (piece.Type != ChangeType.Inserted)
            {
                old++;
            }

            lines.Add(piece.Type switch
            {
                ChangeType.Inserted => new('+', piece.Position, piece.Text),
                ChangeType.Deleted => new('-', old, piece.Text),
                _ => new(' ', piece.Position, piece.Text),
            });
        }

        return Fold(lines);
    }

    /// <summary>A fix as a diff; the lines it replaces come from the excerpt, and those outside of it are not shown.</summary>
    public static IReadOnlyList<DiffLine> OfFix(IReadOnlyList<Edit> edits, string? excerpt, int excerptLine)
    {
        var known = excerpt is null ? [] : Lines(excerpt);
        var lines = new List<DiffLine>();
        var shift = 0;
        var last = 0;
        foreach (var edit in edits.OrderBy(edit => edit.StartLine))
        {
            for (var number = Math.Max(last + 1, edit.StartLine - Around); number < edit.StartLine; number++)
            {
                Add(' ', number, number + shift);
            }

            for (var number = edit.StartLine; number <= edit.EndLine; number++)
            {
                Add('-', number, number);
            }

            var inserted = edit.Text is null ? [] : Lines(edit.Text);
            lines.AddRange(inserted.Select((text, at) => new DiffLine('+', edit.StartLine + shift + at, text)));
            shift += inserted.Length - (edit.EndLine - edit.StartLine + 1);
            last = Math.Max(edit.EndLine, edit.StartLine - 1);
        }

        for (var number = last + 1; number <= last + Around; number++)
        {
            Add(' ', number, number + shift);
        }

        return lines;

        void Add(char sign, int number, int shown)
        {
            var index = number - excerptLine;
            if (index >= 0 && index < known.Length)
            {
                lines.Add(new DiffLine(sign, shown, known[index]));
            }
        }
    }

    public static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static List<DiffLine> Fold(List<DiffLine> lines)
    {
        var shown = new bool[lines.Count];
        for (var at = 0; at < lines.Count; at++)
        {
            if (lines[at].Sign != ' ')
            {
                Array.Fill(shown, true, Math.Max(0, at - Around), Math.Min(lines.Count, at + Around + 1) - Math.Max(0, at - Around));
            }
        }

        var folded = new List<DiffLine>();
        for (var at = 0; at < lines.Count; at++)
        {
            if (shown[at])
            {
                folded.Add(lines[at]);
            }
            else if (folded.Count == 0 || folded[^1].Sign != '@')
            {
                folded.Add(new DiffLine('@', null, "⋯"));
            }
        }

        return folded;
    }
}
