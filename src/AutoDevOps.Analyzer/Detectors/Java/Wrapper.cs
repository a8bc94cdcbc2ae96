using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>A wrapper script with the version of the tool that it brings.</summary>
/// <param name="Missing">What the script cannot work without and does not have; null: it is complete.</param>
internal sealed partial record Wrapper(SnapshotFile Script, string? Version, Evidence? VersionPlace, string? Missing)
{
    /// <summary><c>mvnw</c> reads its settings from <c>.mvn/wrapper</c>; the jar there is only of older ones, and downloaded.</summary>
    public static Wrapper? Maven(DetectionContext context, FileIndex files, string folder)
    {
        const string Properties = ".mvn/wrapper/maven-wrapper.properties";
        return context.Snapshot.Find(RepositoryPath.File(folder, "mvnw")) is { } script
            ? Of(context, script, RepositoryPath.File(folder, Properties), MavenDistribution(), files.Exists(folder, Properties) || files.Exists(folder, ".mvn/wrapper/maven-wrapper.jar") ? null : Properties)
            : null;
    }

    /// <summary><c>gradlew</c> is a launcher of <c>gradle-wrapper.jar</c>, which a rule against binaries in <c>.gitignore</c> often keeps out.</summary>
    public static Wrapper? Gradle(DetectionContext context, FileIndex files, string folder)
    {
        const string Properties = "gradle/wrapper/gradle-wrapper.properties";
        const string Jar = "gradle/wrapper/gradle-wrapper.jar";
        return context.Snapshot.Find(RepositoryPath.File(folder, "gradlew")) is { } script
            ? Of(context, script, RepositoryPath.File(folder, Properties), GradleDistribution(), files.Exists(folder, Jar) ? files.Exists(folder, Properties) ? null : Properties : Jar)
            : null;
    }

    private static Wrapper Of(DetectionContext context, SnapshotFile script, string properties, Regex distribution, string? missing)
    {
        if (context.Snapshot.Find(properties) is { } file)
        {
            foreach (var (number, text) in file.Lines())
            {
                if (distribution.Match(text) is { Success: true } match)
                {
                    return new(script, match.Groups["version"].Value, Cite.At(file, number), missing);
                }
            }
        }

        return new(script, null, null, missing);
    }

    [GeneratedRegex(@"^\s*distributionUrl\s*=.*/(apache-maven|maven-mvnd)-(?<version>[0-9][0-9A-Za-z.-]{0,30}?)-bin\.(zip|tar\.gz)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex MavenDistribution();

    [GeneratedRegex(@"^\s*distributionUrl\s*=.*/gradle-(?<version>[0-9][0-9A-Za-z.-]{0,30}?)-(bin|all)\.zip", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex GradleDistribution();
}
