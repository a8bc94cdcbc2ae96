using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Commands;

/// <summary>Reads manifests that are programs (Gemfile, mix.exs, Package.swift, build.zig) line by line: they are never run, and what does
/// not stand in one line in the usual way is not seen.</summary>
internal static class ProgramText
{
    /// <summary>The lines of a file without their comments.</summary>
    /// <param name="comment">What starts a comment: <c>#</c>, <c>//</c>, <c>--</c>.</param>
    public static IEnumerable<(int Number, string Text)> Lines(SnapshotFile file, string comment)
    {
        foreach (var (number, text) in file.Lines())
        {
            yield return (number, WithoutComment(text, comment));
        }
    }

    /// <summary>The line up to a comment that is not inside of quotes.</summary>
    internal static string WithoutComment(string line, string comment)
    {
        var quote = '\0';
        for (var index = 0; index < line.Length; index++)
        {
            var character = line[index];
            if (quote != '\0')
            {
                if (character == '\\')
                {
                    index++;
                }
                else if (character == quote)
                {
                    quote = '\0';
                }
            }
            else if (line.AsSpan(index).StartsWith(comment, StringComparison.Ordinal))
            {
                return line[..index];
            }
            else if (character is '"' or '\'')
            {
                quote = character;
            }
        }

        return line;
    }

    /// <summary>The first line with a text in it, to cite; null when there is none.</summary>
    public static Evidence? Find(SnapshotFile file, string text, string comment) =>
        Lines(file, comment).Where(line => line.Text.Contains(text, StringComparison.Ordinal)).Select(line => Cite.At(file, line.Number)).FirstOrDefault();

    /// <summary>The words of a command from the first that is not an option; of <c>mix test --cover</c> after <c>mix</c>: <c>test</c>.</summary>
    public static string? FirstArgument(ShellCommand command) => command.Words.Skip(1).FirstOrDefault(word => !word.StartsWith('-'));
}
