using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Haskell;

/// <summary>The versions of GHC: several that CI sets up; what the version managers' files name; what CI sets up; what <c>tested-with</c>
/// lists. Stack takes the compiler that belongs to its resolver by itself.</summary>
internal static partial class HaskellVersions
{
    public static RuntimeVersion? Find(DetectionContext context, HaskellProject project)
    {
        var ci = CiRuntimes.Find(context, "haskell", ("haskell-actions/setup", "ghc-version"), ("haskell/actions/setup", "ghc-version"), ("actions/setup-haskell", "ghc-version"));
        if (ci is { Versions.Count: > 1 })
        {
            return ci;
        }

        var tested = project.Packages.FirstOrDefault(package => package.TestedWith.Count > 0);
        return RepositoryPath.Upwards(project.Folder).Select(folder => VersionFiles.Tool(context, folder, "haskell", "ghc", "haskell")).FirstOrDefault(found => found is not null)
            ?? ci
            ?? (tested is { TestedWithPlace: { } place } ? new("haskell", tested.TestedWith, tested.File.Path, 0.9, [place]) : null);
    }

    /// <summary>Each version once, in the order of their numbers.</summary>
    public static IReadOnlyList<string> Sorted(IEnumerable<string> versions) =>
    [
        .. versions.Where(version => Version().IsMatch(version)).Distinct(StringComparer.Ordinal)
            .OrderBy(version => Part(version, 0)).ThenBy(version => Part(version, 1)).ThenBy(version => Part(version, 2)).ThenBy(version => version, StringComparer.Ordinal),
    ];

    private static int Part(string version, int index) => version.Split('.').ElementAtOrDefault(index) is { } text && int.TryParse(text, out var number) ? number : 0;

    [GeneratedRegex(@"^[0-9]{1,3}(\.[0-9]{1,4}){1,2}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
