using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Ruby;

/// <summary>The Ruby versions of a project: several that CI tests; the version managers' files; what Bundler enforces; the lowest that the gem
/// promises.</summary>
internal static partial class RubyVersions
{
    public static RuntimeVersion? Find(DetectionContext context, RubyProject project)
    {
        var ci = CiRuntimes.Find(context, "ruby", ("ruby/setup-ruby", "ruby-version"), ("actions/setup-ruby", "ruby-version"), ("UseRubyVersion", "versionSpec"), ("ruby/install", "version"));
        if (ci is { Versions.Count: > 1 })
        {
            return ci;
        }

        return RepositoryPath.Upwards(project.Folder).Select(folder => File(context, folder) ?? VersionFiles.Tool(context, folder, "ruby", "ruby")).FirstOrDefault(found => found is not null)
            ?? Exact(project.RubyInGemfile, 0.96)
            ?? ci
            ?? Exact(project.RubyInLock, 0.9)
            ?? Lowest(project);
    }

    /// <summary><c>.ruby-version</c> has the version with or without the engine's name; of other engines nothing is said.</summary>
    private static RuntimeVersion? File(DetectionContext context, string folder)
    {
        if (context.Snapshot.Find(RepositoryPath.File(folder, ".ruby-version")) is not { } file)
        {
            return null;
        }

        var (number, text) = file.Lines().FirstOrDefault(line => line.Text.Trim().Length > 0);
        var version = Version().Match(text?.Trim() ?? "");
        return version.Success ? new("ruby", [version.Groups["version"].Value], file.Path, 0.97, [Cite.At(file, number)]) : null;
    }

    private static RuntimeVersion? Exact((string Version, Evidence Place)? found, double confidence) =>
        found is { } version && Version().IsMatch(version.Version) ? new("ruby", [version.Version], version.Place.Path, confidence, [version.Place]) : null;

    private static RuntimeVersion? Lowest(RubyProject project) =>
        project.RequiredRuby is { } required && VersionRange.LowerBounds(required.Range, 2) is [var lowest, ..] && lowest.Contains('.') && !required.Range.TrimStart().StartsWith('<')
            ? new("ruby", [lowest], required.Place.Path, 0.75, [required.Place])
            : null;

    [GeneratedRegex(@"^(ruby-)?(?<version>[0-9]+(\.[0-9]+){1,2})$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
