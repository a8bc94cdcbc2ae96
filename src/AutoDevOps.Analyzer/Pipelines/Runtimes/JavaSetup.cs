using System.Globalization;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>A JDK with Maven or Gradle, for Java and for Kotlin.</summary>
internal sealed class JavaSetup(string ecosystem) : IRuntimeSetup
{
    public string Ecosystem => ecosystem;

    public string Runtime => Ecosystems.Java;

    public bool ReadsVersionFile(string name) => name == ".java-version";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        var manager = runtime.PackageManager!;
        var version = runtime is { VersionFile: null, Versions: [var only] } ? ("java-version", ForGradle(manager, only)) : SetupActions.Version(runtime, "java-version", Usual(manager));
        yield return SetupActions.Uses("Set up Java", "actions/setup-java", [("distribution", "temurin"), version, ("cache", manager.Name)], Basis.OfAll([runtime.Basis, new(manager.Evidence, manager.Confidence)]));
    }

    public string? UpdateEcosystem(PackageManager manager) => manager.Name;

    public ContainerSetup Container(RuntimePlan runtime, string? version)
    {
        var manager = runtime.PackageManager!;
        var jdk = version is null ? Usual(manager) : ForGradle(manager, version);
        return manager.Name == "maven"
            ? new($"maven:3-eclipse-temurin-{jdk}", []) { Environment = [("MAVEN_OPTS", "-Dmaven.repo.local=.cache/maven")], CachePaths = [".cache/maven"] }
            : new(manager.Version is null ? $"gradle:jdk{jdk}" : $"eclipse-temurin:{jdk}", [])
            {
                Environment = [("GRADLE_USER_HOME", ".cache/gradle")],
                CachePaths = [".cache/gradle/caches", ".cache/gradle/wrapper"],
                NeedsAbsolute = true,
            };
    }

    /// <summary>The JDK where the repository names none: the newest with long support that the build tool runs on ("Compatibility Matrix", the
    /// Gradle User Manual: 17 since 7.3, 21 since 8.5).</summary>
    internal static string Usual(PackageManager manager) =>
        manager.Name != "gradle" || Number(manager.Version) is not { } gradle ? "21"
        : gradle >= 8.05 ? "21"
        : gradle >= 7.03 ? "17"
        : "11";

    /// <summary>Gradle 9 runs on 17 and later, and finds the older JDKs of the machine for code that asks for them.</summary>
    private static string ForGradle(PackageManager manager, string version) =>
        manager.Name == "gradle" && Number(manager.Version) >= 9 && int.TryParse(version, CultureInfo.InvariantCulture, out var jdk) && jdk < 17 ? "17" : version;

    /// <summary>Major and minor version as one number to compare: 8.10 is 8.10, 8.5 is 8.05.</summary>
    private static double? Number(string? version) =>
        version?.Split('.', '-') is [var major, .. var rest] && int.TryParse(major, CultureInfo.InvariantCulture, out var first)
            ? first + (rest is [var minor, ..] && int.TryParse(minor, CultureInfo.InvariantCulture, out var second) ? second / 100.0 : 0)
            : null;
}
