using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>What a range of versions says about the versions to test with.</summary>
/// <remarks>A range is not a version. The rule: each alternative of a range (<c>||</c>) stands for its lowest version, because that
/// is the one the repository promises; an upper bound alone, or <c>*</c>, says nothing.</remarks>
internal static partial class VersionRange
{
    /// <summary>The lower bounds in the order they are written, cut to <paramref name="parts"/> numbers; empty when there is none.</summary>
    public static IReadOnlyList<string> LowerBounds(string range, int parts)
    {
        var bounds = new List<string>();
        foreach (var alternative in range.Split("||", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(10))
        {
            var match = Bound().Match(alternative);
            if (match.Success)
            {
                var version = string.Join('.', match.Groups["version"].Value.Split('.').TakeWhile(part => char.IsAsciiDigit(part[0])).Take(parts));
                if (version.Length > 0 && !bounds.Contains(version))
                {
                    bounds.Add(version);
                }
            }
        }

        return bounds;
    }

    /// <summary>Whether the text is one exact version, not a range.</summary>
    public static bool IsExact(string text) => Exact().IsMatch(text.Trim());

    /// <summary>Whether the text is a lower bound and nothing else.</summary>
    public static bool IsOpen(string text) => Open().IsMatch(text.Trim());

    [GeneratedRegex(@"(^|[\s,])(>=|\^|~=|~>|~|==|=|v)?\s*v?(?<version>[0-9]+(\.([0-9]+|[xX*]))*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Bound();

    [GeneratedRegex(@"^[=v]?[0-9]+(\.[0-9]+)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Exact();

    [GeneratedRegex(@"^>=\s*v?[0-9]+(\.([0-9]+|[xX*]))*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Open();
}
