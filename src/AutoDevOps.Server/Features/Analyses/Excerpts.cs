using System.Text;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>The few lines around a finding that are kept to show it. Of a file with a secret, nothing that could be one is kept.</summary>
internal sealed partial class Excerpts
{
    private const int Around = 2;
    private const int MaxLines = 12;
    private const int MaxLineLength = 300;

    // A patch is a few lines; what is longer has very long lines, and a hostile repository could have thousands of such.
    private const int MaxDiffLength = 4000;

    private readonly RepositorySnapshot _snapshot;
    private readonly HashSet<string> _withSecrets;
    private (string? Path, IReadOnlyList<string>? Lines) _diffed;

    public Excerpts(RepositorySnapshot snapshot, IReadOnlyList<Finding> findings)
    {
        _snapshot = snapshot;
        _withSecrets = findings.Where(IsSecret).Select(finding => finding.Location.Path).ToHashSet(StringComparer.Ordinal);
    }

    /// <returns>The text and the number of its first line; or null and null, when the finding stands on no line that can be read.</returns>
    public (string? Text, int? FirstLine) Of(Finding finding)
    {
        var location = finding.Location;
        if (location.StartLine < 1 || _snapshot.Find(location.Path) is not { } file)
        {
            return (null, null);
        }

        var first = Math.Max(1, location.StartLine - Around);
        var last = Math.Min(location.EndLine + Around, first + MaxLines - 1);
        var lines = file.Lines().SkipWhile(line => line.Number < first).TakeWhile(line => line.Number <= last).Select(line => line.Text).ToList();
        if (lines.Count == 0)
        {
            return (null, null);
        }

        var mask = _withSecrets.Contains(location.Path);
        return (StoredJson.Clean(string.Join('\n', lines.Select(line => Printable.Short(line, line.Length)).Select(line => Shorten(mask ? Mask(line) : line)))), first);
    }

    /// <summary>A fix as a patch; null when there is none to rely on.</summary>
    public string? Diff(Fix fix)
    {
        if (_diffed.Path != fix.Path)
        {
            _diffed = (fix.Path, Exact(fix.Path));
        }

        return _diffed.Lines is { } lines && FixDiff.Unified(fix, lines) is { Length: <= MaxDiffLength } diff ? diff : null;
    }

    /// <summary>The lines of a file; null when it has a secret, which would be kept with the lines around a change, or when its text is not
    /// byte for byte what the file has.</summary>
    private IReadOnlyList<string>? Exact(string path) =>
        !_withSecrets.Contains(path) && _snapshot.Find(path) is { } file && Encoding.UTF8.GetByteCount(file.Text) == file.Size ? FixDiff.Lines(file.Text) : null;

    internal static string Mask(string line) => Opaque().Replace(line, match => match.Value[..4] + "…");

    private static bool IsSecret(Finding finding) =>
        finding.Rule.Id.StartsWith("SEC", StringComparison.Ordinal) || finding.Rule.Name.Contains("secret", StringComparison.Ordinal);

    private static string Shorten(string line) => line.Length <= MaxLineLength ? line : line[..MaxLineLength] + "…";

    [GeneratedRegex("[A-Za-z0-9+/=_-]{12,}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Opaque();
}
