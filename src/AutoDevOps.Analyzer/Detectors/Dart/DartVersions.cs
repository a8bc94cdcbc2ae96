using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Dart;

/// <summary>The SDK of a package. Of Flutter: what its version managers pin, what CI sets up, what <c>environment.flutter</c> names exactly. Of
/// Dart: the lowest that <c>environment.sdk</c> allows.</summary>
internal static class DartVersions
{
    public static IReadOnlyList<RuntimeVersion> Find(DetectionContext context, PubPackage package, bool isFlutter)
    {
        var dart = RepositoryPath.Upwards(package.Folder).Select(folder => VersionFiles.Tool(context, folder, "dart", "dart")).FirstOrDefault(found => found is not null)
            ?? (package.DartRange is { Text: { Length: <= 100 } range } node && VersionRange.LowerBounds(range, 2) is [var lowest, ..] && lowest.Contains('.') && !range.TrimStart().StartsWith('<')
                ? new RuntimeVersion("dart", [lowest], package.File.Path, 0.8, [Cite.At(package.File, node.Line)])
                : null);
        var flutter = isFlutter ? Flutter(context, package) : null;
        return [.. new[] { flutter, dart }.OfType<RuntimeVersion>()];
    }

    private static RuntimeVersion? Flutter(DetectionContext context, PubPackage package) =>
        RepositoryPath.Upwards(package.Folder).Select(folder => Fvm(context, folder, ".fvmrc", "flutter") ?? Fvm(context, folder, ".fvm/fvm_config.json", "flutterSdkVersion") ?? VersionFiles.Tool(context, folder, "flutter", "flutter")).FirstOrDefault(found => found is not null)
        ?? (package.FlutterRange is { Text: { } exact } node && IsRelease(exact.Trim()) ? new RuntimeVersion("flutter", [exact.Trim()], package.File.Path, 0.95, [Cite.At(package.File, node.Line)]) : null)
        ?? (CiRuntimes.Find(context, "flutter", ("subosito/flutter-action", "flutter-version")) is { } ci && ci.Versions.All(IsRelease) ? ci : null);

    private static RuntimeVersion? Fvm(DetectionContext context, string folder, string name, string key)
    {
        if (context.Snapshot.Find(RepositoryPath.File(folder, name)) is not { } file)
        {
            return null;
        }

        return file.Json().Root?[key] is { Kind: NodeKind.Scalar, Text: { } version } node && IsRelease(version) ? new("flutter", [version], file.Path, 0.97, [Cite.At(file, node.Line)]) : null;
    }

    /// <summary>Flutter's releases have three numbers; a channel is none.</summary>
    private static bool IsRelease(string version) => version.Length <= 20 && version.Split('.') is { Length: 3 } parts && parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit));
}
