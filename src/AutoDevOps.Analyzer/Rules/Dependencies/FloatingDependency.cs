using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags dependencies of which any version will do.</summary>
internal sealed partial class FloatingDependency : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP006", "floating-dependency", Category.Dependencies, Severity.Low,
        What: "A dependency of any version: `*`, `latest`, `LATEST`, `RELEASE` or `+` (npm, Cargo, Composer, NuGet, Maven, Gradle).",
        Why: "The next major version, or a taken-over package, comes in by itself.",
        Remedy: "Name the version, or a range within one major version.")
    {
        Confidence = 0.9,
        Equivalents = ["scorecard/Pinned-Dependencies"],
        References = ["CWE-1357", "CWE-829", "OWASP A06:2021"],
    };

    public bool Reads(SnapshotFile file) =>
        !file.IsTest && (file.Name is "package.json" or "Cargo.toml" or "composer.json" or "pom.xml" or "Directory.Packages.props" or "build.gradle" or "build.gradle.kts" || file.Extension == ".csproj");

    public IEnumerable<Finding> Check(SnapshotFile file) => (file.Name switch
    {
        "package.json" => Node(file),
        "Cargo.toml" => Cargo(file),
        "composer.json" => Composer(file),
        "pom.xml" => Lines(file, Maven()),
        "build.gradle" or "build.gradle.kts" => Lines(file, Gradle()),
        _ => Lines(file, NuGet()),
    }).Select(found => Descriptor.At(file.Path, found.Line, $"'{found.Name}' may be any version."));

    private static IEnumerable<(string Name, int Line)> Node(SnapshotFile file) =>
        from pair in file.Json().Root?["dependencies"]?.Entries ?? []

        // What a repository holds several packages of names its own like that.
        where pair.Value.Text is "latest" or "*" or "x" && pair.Key.Text is { } name && !IsOwn(file, name)
        select (pair.Key.Text!, pair.Value.Line);

    private static bool IsOwn(SnapshotFile file, string name) =>
        file.Directory.Contains('/', StringComparison.Ordinal) || file.Directory.StartsWith("packages", StringComparison.Ordinal) || file.Json().Root?["workspaces"] is not null
        || (name.StartsWith('@') && file.Json().Root?["name"]?.Text?.Split('/')[0] == name.Split('/')[0]);

    private static IEnumerable<(string Name, int Line)> Cargo(SnapshotFile file) =>
        from pair in file.Toml().Root?["dependencies"]?.Entries ?? []
        let version = pair.Value.Kind == NodeKind.Mapping ? pair.Value["version"] : pair.Value
        where version?.Text == "*"
        select (pair.Key.Text!, version.Line);

    private static IEnumerable<(string Name, int Line)> Composer(SnapshotFile file) =>
        from pair in file.Json().Root?["require"]?.Entries ?? []
        where pair.Value.Text is "*" or "dev-master" or "dev-main" && pair.Key.Text is { } name && name.Contains('/', StringComparison.Ordinal)
        select (pair.Key.Text!, pair.Value.Line);

    private static IEnumerable<(string Name, int Line)> Lines(SnapshotFile file, Regex pattern) =>
        from line in file.Lines()
        let match = pattern.Match(line.Text)
        where match.Success
        select (match.Groups["name"].Value.Length > 0 ? match.Groups["name"].Value : match.Value.Trim(), line.Number);

    [GeneratedRegex(@"<version>\s*(LATEST|RELEASE)\s*</version>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Maven();

    [GeneratedRegex(@"^\s*(api|implementation|compileOnly|runtimeOnly|classpath|kapt|annotationProcessor)[\s(]+['""](?<name>[\w.-]+:[\w.-]+):(\+|latest\.release|latest\.integration)['""]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Gradle();

    [GeneratedRegex(@"<Package(Reference|Version)\s+Include=""(?<name>[^""]+)""\s+Version=""\*""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NuGet();
}
