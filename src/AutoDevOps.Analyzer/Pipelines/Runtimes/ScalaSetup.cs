using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>A JDK with sbt, which GitHub's Ubuntu 24.04 machines do not have.</summary>
internal sealed class ScalaSetup : IRuntimeSetup
{
    /// <summary>Where the repository names no version. The launcher fetches whichever sbt a build asks for.</summary>
    private const string UsualLauncher = "1.10.7";

    public string Ecosystem => Ecosystems.Scala;

    public string Runtime => Ecosystems.Java;

    public bool ReadsVersionFile(string name) => name == ".java-version";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        var manager = runtime.PackageManager!;
        var build = new Basis(manager.Evidence, manager.Confidence);
        yield return SetupActions.Uses(
            "Set up Java", "actions/setup-java", [("distribution", "temurin"), SetupActions.Version(runtime, "java-version", "21"), ("cache", "sbt")], Basis.OfAll([runtime.Basis, build]));
        yield return new("Set up sbt", null, [], $"{Download(manager)} | sudo tar --extract --gzip --directory /opt && sudo ln --symbolic /opt/sbt/bin/sbt /usr/local/bin/sbt", build);
    }

    /// <summary>Dependabot's support of sbt is new, and a name that it refuses would stop all of its updates.</summary>
    public string? UpdateEcosystem(PackageManager manager) => null;

    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new($"eclipse-temurin:{version ?? "21"}", [$"{Download(runtime.PackageManager!)} | tar --extract --gzip --directory /opt && ln --symbolic /opt/sbt/bin/sbt /usr/local/bin/sbt"])
        {
            Environment = [("COURSIER_CACHE", ".cache/coursier")],
            CachePaths = [".cache/coursier"],
            NeedsAbsolute = true,
        };

    private static string Download(PackageManager manager)
    {
        var version = manager.Version?.StartsWith("0.", StringComparison.Ordinal) == false ? manager.Version : UsualLauncher;
        return $"curl --fail --silent --show-error --location https://github.com/sbt/sbt/releases/download/v{version}/sbt-{version}.tgz";
    }
}
