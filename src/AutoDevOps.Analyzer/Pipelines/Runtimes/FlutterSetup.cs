using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Flutter, of whose components the ecosystem is Dart's.</summary>
internal sealed class FlutterSetup : IRuntimeSetup
{
    public string Ecosystem => DartDetector.Flutter;

    // Of a pubspec it takes an exact version only, and so does the detector.
    public bool ReadsVersionFile(string name) => name is ".fvmrc" or "fvm_config.json" or "pubspec.yaml";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        List<(string, string)> inputs = [("channel", "stable"), ("cache", "true")];
        if (runtime.Versions.Count > 0)
        {
            inputs.Insert(1, SetupActions.Version(runtime, "flutter-version", "any"));
        }

        yield return SetupActions.Uses("Set up Flutter", "subosito/flutter-action", inputs, runtime.Basis);
    }

    public string? UpdateEcosystem(PackageManager manager) => "pub";

    // Dart's image has git; Flutter's documentation installs the SDK by cloning it.
    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new("dart:stable",
        [
            $"git clone --depth 1 --branch {version ?? "stable"} https://github.com/flutter/flutter.git /opt/flutter",
            "ln -s /opt/flutter/bin/flutter /usr/local/bin/flutter && flutter --version",
        ])
        {
            Environment = [("PUB_CACHE", ".cache/pub")],
            CachePaths = [".cache/pub"],
            NeedsAbsolute = true,
        };
}
