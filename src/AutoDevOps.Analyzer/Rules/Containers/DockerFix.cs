using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Patches of single words in a Dockerfile.</summary>
internal static class DockerFix
{
    /// <summary>Writes something after a word of a command.</summary>
    public static Fix? Insert(SnapshotFile file, DockerRun run, RunCommand command, ShellWord word, string text, string description)
    {
        var (line, column) = command.Source.Place(word.End - 1);
        return run.IsExec ? null : Change(file, run.Dockerfile, line, column + 1, 0, text, description);
    }

    /// <summary>Writes the same in the place of several words.</summary>
    public static Fix? Replace(SnapshotFile file, DockerRun run, IEnumerable<(RunCommand Command, ShellWord Word)> words, string text, string description)
    {
        if (run.IsExec)
        {
            return null;
        }

        List<Edit> edits = [];
        foreach (var line in words.Select(pair => (Place: pair.Command.Source.Place(pair.Word.Start), Length: pair.Word.End - pair.Word.Start)).GroupBy(word => word.Place.Line))
        {
            // From the last to the first, so that the columns before still hold.
            var mended = run.Dockerfile.Lines[line.Key - 1];
            foreach (var (place, length) in line.OrderByDescending(word => word.Place.Column))
            {
                mended = mended[..place.Column] + text + mended[(place.Column + length)..];
            }

            edits.Add(new(line.Key, line.Key, mended));
        }

        return new(description, file.Path, [.. edits.OrderBy(edit => edit.StartLine)]);
    }

    /// <summary>Writes something in the place of a part of a line.</summary>
    public static Fix? Change(SnapshotFile file, Dockerfile dockerfile, int line, int column, int length, string text, string description)
    {
        if (line < 1 || line > dockerfile.Lines.Count || column + length > dockerfile.Lines[line - 1].Length)
        {
            return null;
        }

        var old = dockerfile.Lines[line - 1];
        return new(description, file.Path, [new Edit(line, line, old[..column] + text + old[(column + length)..])]);
    }

    /// <summary>Adds a command to the end of a <c>RUN</c>, on a line of its own.</summary>
    public static Fix? Append(SnapshotFile file, DockerRun run, string command, string description)
    {
        var instruction = run.Instruction;
        var last = instruction.Text.LastLine;
        var line = run.Dockerfile.Lines[last - 1].TrimEnd();

        // Only where the end is the end of a plain command: no comment, no operator, nothing that is continued.
        if (run.IsExec || instruction.Heredocs.Count > 0 || last != instruction.EndLine || line.Length == 0 || line[^1] is '\\' or ';' or '&' or '|'
            || instruction.Arguments.Contains('#', StringComparison.Ordinal) || run.Commands.Any(other => other.Next == ShellJoin.Background))
        {
            return null;
        }

        var indent = last == instruction.StartLine ? "    " : line[..^line.AsSpan().TrimStart().Length];
        return new(description, file.Path, [new Edit(last, last, $"{line} \\\n{(indent.Length == 0 ? "    " : indent)}&& {command}")]);
    }
}
