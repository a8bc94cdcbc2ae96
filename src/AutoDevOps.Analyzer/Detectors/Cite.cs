namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Makes evidence that quotes the line it points at, so that a reader can check the claim without opening the file.</summary>
internal static class Cite
{
    private const int MaxExcerptLength = 200;

    /// <summary>A line of a file, from 1; 0, or a line the file does not have, cites the file's existence.</summary>
    public static Evidence At(SnapshotFile file, int line)
    {
        if (line < 1)
        {
            return new(file.Path, 0);
        }

        var text = file.Lines().Skip(line - 1).Select(entry => entry.Text).FirstOrDefault();
        if (text is null)
        {
            return new(file.Path, 0);
        }

        text = text.Trim();
        return new(file.Path, line, text.Length > MaxExcerptLength ? text[..MaxExcerptLength].TrimEnd() : text);
    }

    /// <summary>The existence of a file.</summary>
    public static Evidence File(SnapshotFile file) => new(file.Path, 0);
}
