using System.Runtime.CompilerServices;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Makes evidence that quotes the line it points at, so that a reader can check the claim without opening the file.</summary>
internal static class Cite
{
    private const int MaxExcerptLength = 200;

    /// <summary>An excerpt and the longest value that may begin in it.</summary>
    private const int MaxSearchedLength = 5_000;

    // A manifest may be cited once for each of its lines; splitting it each time would be quadratic.
    private static readonly ConditionalWeakTable<SnapshotFile, WeakReference<string[]>> SplitFiles = [];

    /// <summary>A line of a file, from 1; 0, or a line the file does not have, cites the file's existence.</summary>
    public static Evidence At(SnapshotFile file, int line)
    {
        if (line < 1)
        {
            return new(file.Path, 0);
        }

        var lines = Lines(file);
        if (line > lines.Length)
        {
            return new(file.Path, 0);
        }

        // What could be a secret is cited, not quoted; half of one would not be recognised any more.
        var text = Printable.Cut(lines[line - 1], MaxSearchedLength).Trim();
        return new(file.Path, line, SecretRedactor.IsNeeded(text) ? null : Printable.Cut(text, MaxExcerptLength).TrimEnd());
    }

    private static string[] Lines(SnapshotFile file)
    {
        var known = SplitFiles.GetValue(file, _ => new([]));
        if (!known.TryGetTarget(out var lines) || lines.Length == 0)
        {
            lines = [.. file.Lines().Select(entry => entry.Text)];
            known.SetTarget(lines);
        }

        return lines;
    }

    /// <summary>The existence of a file.</summary>
    public static Evidence File(SnapshotFile file) => new(file.Path, 0);
}
