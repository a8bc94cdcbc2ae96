using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Php;

/// <summary>The PHP versions of a project: several that CI tests; the version managers' files; the platform that Composer is told to assume; what
/// CI sets up; the lowest that each alternative of <c>require.php</c> allows.</summary>
internal static class PhpVersions
{
    public static RuntimeVersion? Find(DetectionContext context, PhpProject project)
    {
        var ci = CiRuntimes.Find(context, "php", ("shivammathur/setup-php", "php-version"));
        if (ci is { Versions.Count: > 1 })
        {
            return ci;
        }

        return RepositoryPath.Upwards(project.Folder).Select(folder => VersionFiles.Single(context, folder, ".php-version", "php") ?? VersionFiles.Tool(context, folder, "php", "php")).FirstOrDefault(found => found is not null)
            ?? Of(project, project.PlatformPhp, 0.9)
            ?? ci
            ?? Of(project, project.PhpRange, 0.8);
    }

    /// <summary>Composer separates alternatives with one bar or two.</summary>
    private static RuntimeVersion? Of(PhpProject project, DataNode? node, double confidence)
    {
        if (node?.Text is not { Length: <= 200 } range)
        {
            return null;
        }

        var alternatives = string.Join("||", range.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(alternative => !alternative.StartsWith('<')));
        var versions = VersionRange.LowerBounds(alternatives, 2).Select(version => version.Contains('.') ? version : version + ".0").ToList();
        return versions.Count == 0 ? null : new("php", versions, project.File.Path, confidence, [Cite.At(project.File, node.Line)]);
    }
}
