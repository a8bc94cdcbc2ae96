using System.Globalization;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.DotNet;

/// <summary>Finds the SDK: <c>global.json</c>, which the SDK itself obeys; then the newest that existing CI installs; then the newest
/// target framework. One version only: an SDK builds all older frameworks.</summary>
internal static partial class DotNetVersions
{
    public static RuntimeVersion? Find(DetectionContext context, DotNetTarget target)
    {
        foreach (var folder in RepositoryPath.Upwards(target.Folder))
        {
            if (context.Snapshot.Find(RepositoryPath.File(folder, "global.json")) is { } file)
            {
                var document = file.Json();
                if (document.Root?.At("sdk", "version") is { Text: { } text } node && Sdk().IsMatch(text))
                {
                    return new("dotnet", [text], file.Path, 0.98, [Cite.At(file, node.Line)]);
                }
            }
        }

        if (CiRuntimes.Find(context, "dotnet", ("actions/setup-dotnet", "dotnet-version"), ("UseDotNet", "version")) is { } ci)
        {
            return ci with { Versions = [ci.Versions.MaxBy(Rank)!] };
        }

        var frameworks = target.Projects.Select(project => project.Frameworks).OfType<(IReadOnlyList<string> Names, Evidence Place)>()
            .SelectMany(found => found.Names.Select(name => (Match: Modern().Match(name), found.Place)))
            .Where(found => found.Match.Success)
            .ToList();
        if (frameworks.Count == 0)
        {
            return null;
        }

        var newest = frameworks.MaxBy(found => Rank(found.Match.Groups["version"].Value));
        return new("dotnet", [newest.Match.Groups["version"].Value + ".x"], newest.Place.Path, 0.85, [newest.Place]);
    }

    /// <summary>The major version of the SDK that is set up; 0 where it is not known.</summary>
    public static int Major(RuntimeVersion sdk) => (int)sdk.Versions.Max(Rank);

    private static double Rank(string version) =>
        string.Join('.', version.Split('.').Take(2)) is var text && double.TryParse(text.TrimEnd('x', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rank) ? rank : 0;

    [GeneratedRegex("^net(coreapp)?(?<version>[0-9]{1,2}\\.[0-9])(-[a-z0-9.]+)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Modern();

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+(-[A-Za-z0-9.]+)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Sdk();
}
