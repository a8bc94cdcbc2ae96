namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Takes an array of a PHP file apart, however its lines are broken.</summary>
internal static class PhpArrays
{
    /// <summary>The entries of the first array that begins with a text, each with its line; nested arrays stay whole.</summary>
    public static IEnumerable<(int Number, string Text)> Entries(SnapshotFile file, string opening)
    {
        var text = file.Text;
        var at = text.IndexOf(opening, StringComparison.Ordinal);
        if (at < 0)
        {
            yield break;
        }

        var start = at + opening.Length;
        var line = 1 + text.AsSpan(0, start).Count('\n');
        var (depth, quote) = (0, '\0');
        for (var index = start; index < text.Length && depth >= 0; index++)
        {
            var character = text[index];
            if (quote != '\0')
            {
                quote = character == quote && text[index - 1] != '\\' ? '\0' : quote;
                continue;
            }

            quote = character is '\'' or '"' ? character : '\0';
            depth += character is '[' or '(' ? 1 : character is ']' or ')' ? -1 : 0;
            if (depth < 0 || (depth == 0 && character == ','))
            {
                var entry = text[start..index];
                line += entry.Length - entry.TrimStart().Length is var blank ? entry.AsSpan(0, blank).Count('\n') : 0;
                yield return (line, entry.Trim());
                line += entry.TrimStart().AsSpan().Count('\n');
                start = index + 1;
            }
        }
    }
}
