using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>Finds the JDK: several versions in existing CI are a statement of support; then what the build asks for by name (toolchains); then what
/// version managers are told; then the one version of CI; then the release that the code is compiled for, which every later JDK can do too.</summary>
internal static partial class JavaVersions
{
    /// <summary>Older releases have no compiler that today's machines could run.</summary>
    private const int Oldest = 8;

    /// <param name="toolchain">What the build asks for.</param>
    /// <param name="release">What the code is compiled for.</param>
    public static RuntimeVersion? Find(DetectionContext context, string folder, RuntimeVersion? toolchain, RuntimeVersion? release)
    {
        var ci = CiRuntimes.Find(context, "java", ("actions/setup-java", "java-version"), ("JavaToolInstaller", "versionSpec")) is { } found
            ? found with { Versions = [.. found.Versions.Select(Major).OfType<string>().Distinct()] }
            : null;
        return ci is { Versions.Count: > 1 } ? ci
            : toolchain
            ?? RepositoryPath.Upwards(folder).Select(where => Managed(context, where)).FirstOrDefault(version => version is not null)
            ?? FileOfCi(context)
            ?? (ci is { Versions.Count: 1 } ? ci : release);
    }

    /// <summary>A version from a file of the repository; null when the text is none.</summary>
    public static RuntimeVersion? Of(SnapshotFile file, int line, string? text, double confidence) =>
        Major(text) is { } major ? new("java", [major], file.Path, confidence, [Cite.At(file, line)]) : null;

    /// <summary>The feature release: of <c>1.8</c> and <c>8</c> it is 8, of <c>17.0.2</c> and <c>VERSION_17</c> it is 17. What is older than
    /// any compiler of today counts as the oldest.</summary>
    public static string? Major(string? text)
    {
        if (text is null || text.Length > 40 || Feature().Match(text.Trim()) is not { Success: true } match || !int.TryParse(match.Groups["major"].Value, out var major))
        {
            return null;
        }

        return major is 0 or > 99 ? null : Math.Max(major, Oldest).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The option <c>--release</c> came with JDK 9: to compile for 8 with it, an 8 will not do, and any newer one will.</summary>
    public static RuntimeVersion? WithReleaseOption(RuntimeVersion version) => version.Versions is ["8" or "9" or "10"] ? null : version;

    /// <summary>The version file that existing CI points its set-up action at, wherever it lies.</summary>
    private static RuntimeVersion? FileOfCi(DetectionContext context)
    {
        foreach (var (_, step) in CiCommands.Steps(context))
        {
            if (step.Uses?.StartsWith("actions/setup-java@", StringComparison.Ordinal) == true && step.With.TryGetValue("java-version-file", out var path)
                && RepositoryPath.Combine("", path) is { } file && Managed(context, RepositoryPath.Parent(file)) is { } version && version.Source == file)
            {
                return version;
            }
        }

        return null;
    }

    private static RuntimeVersion? Managed(DetectionContext context, string folder) =>
        VersionFiles.Single(context, folder, ".java-version", "java")
        ?? Line(context, folder, ".sdkmanrc", Sdkman())
        ?? Line(context, folder, ".tool-versions", Asdf())
        ?? new[] { "mise.toml", ".mise.toml" }.Select(name => context.Snapshot.Find(RepositoryPath.File(folder, name))).OfType<SnapshotFile>()
            .Select(file => (File: file, Node: file.Toml().Root?.At("tools", "java")))
            .Select(found => (found.Node?["version"] ?? found.Node)?.ScalarOrItems().FirstOrDefault() is { } node ? Of(found.File, node.Line, node.Text!.Split('-')[^1], 0.95) : null)
            .FirstOrDefault(version => version is not null);

    private static RuntimeVersion? Line(DetectionContext context, string folder, string name, Regex pattern)
    {
        if (context.Snapshot.Find(RepositoryPath.File(folder, name)) is { } file)
        {
            foreach (var (number, text) in file.Lines())
            {
                if (pattern.Match(text) is { Success: true } match)
                {
                    return Of(file, number, match.Groups["version"].Value, 0.97);
                }
            }
        }

        return null;
    }

    [GeneratedRegex(@"^(VERSION_)?(1[._])?(?<major>[0-9]{1,2})([._+-].*)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Feature();

    [GeneratedRegex(@"^\s*java\s*=\s*(?<version>[0-9][0-9.]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Sdkman();

    [GeneratedRegex(@"^\s*java\s+([A-Za-z][A-Za-z0-9_]*-)*(?<version>[0-9][0-9.]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Asdf();
}
