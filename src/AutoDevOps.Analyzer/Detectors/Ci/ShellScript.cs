namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Splits the script of a CI step into logical lines: continuations joined, comments and here-documents left out.</summary>
internal static class ShellScript
{
    /// <summary>The logical lines, each with the number of its first physical line and the folder that it runs in.</summary>
    /// <param name="firstLine">The number, in the file, of the script's first line.</param>
    /// <param name="folder">Where the script starts; a line that is only <c>cd x</c> moves those after it.</param>
    public static IEnumerable<(int Line, string Text, string Folder)> Lines(string script, int firstLine, string folder)
    {
        var physical = script.ReplaceLineEndings("\n").Split('\n');
        for (var index = 0; index < physical.Length; index++)
        {
            var line = firstLine + index;
            var text = physical[index].Trim();
            while (text.EndsWith('\\') && !text.EndsWith("\\\\", StringComparison.Ordinal) && index + 1 < physical.Length)
            {
                text = $"{text[..^1].TrimEnd()} {physical[++index].Trim()}";
            }

            if (text.Length == 0 || text.StartsWith('#'))
            {
                continue;
            }

            if (HereDocumentEnd(text) is { } end)
            {
                while (index + 1 < physical.Length && physical[++index].Trim() != end)
                {
                }
            }

            yield return (line, text, folder);
            folder = After(text, folder);
        }
    }

    private static string After(string text, string folder)
    {
        foreach (var command in ShellLine.Parse(text))
        {
            if (command.Words is ["cd" or "pushd", var target] && command.IsLiteral)
            {
                folder = RepositoryPath.Combine(folder, target) ?? folder;
            }
        }

        return folder;
    }

    private static string? HereDocumentEnd(string text)
    {
        var marker = text.IndexOf("<<", StringComparison.Ordinal);
        if (marker < 0 || text.AsSpan(marker).StartsWith("<<<"))
        {
            return null;
        }

        var word = text.AsSpan(marker + 2).TrimStart('-').TrimStart();
        var length = word.IndexOfAny(' ', '|', '>');
        var name = (length < 0 ? word : word[..length]).Trim("'\"\\").ToString();
        return name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') ? name : null;
    }
}
