using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>Whether a version that we name is one that CI sets up: <c>22</c> and <c>22.x</c> and <c>22.1.0</c> are.</summary>
internal static partial class VersionMatch
{
    /// <summary>Whether a set of CI versions holds a number; <c>lts/*</c> and <c>stable</c> say none.</summary>
    public static bool HasNumbers(IEnumerable<string> versions) => versions.Any(version => Numbers(version).Length > 0);

    public static bool IsAmong(string ours, IEnumerable<string> ci) => ci.Any(version => Fits(Numbers(ours), Numbers(version)) || ours == version);

    private static bool Fits(int[] ours, int[] ci)
    {
        var length = Math.Min(ours.Length, ci.Length);
        return length > 0 && ours.AsSpan(0, length).SequenceEqual(ci.AsSpan(0, length));
    }

    private static int[] Numbers(string version)
    {
        var match = Leading().Match(version);
        return match.Success
            ? [.. match.Groups["numbers"].Value.Split('.').Select(part => int.Parse(part, CultureInfo.InvariantCulture))]
            : [];
    }

    [GeneratedRegex(@"^(ghc-|v|\^|~|>=|~>|=|temurin-|zulu-)?\s*(?<numbers>[0-9]{1,6}(\.[0-9]{1,6})*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Leading();
}
