using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Dart. No pinned action brings it alone; Flutter's SDK has it in it.</summary>
/// <remarks>The stable release is taken: the lowest that a pubspec allows is a bound for those who depend on the package, not what its own
/// development tools run on.</remarks>
internal sealed class DartSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Dart;

    public bool ReadsVersionFile(string name) => false;

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime) =>
        [SetupActions.Uses("Set up Dart (with Flutter)", "subosito/flutter-action", [("channel", "stable"), ("cache", "true")], runtime.Basis)];

    public string? UpdateEcosystem(PackageManager manager) => "pub";

    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new("dart:stable", []) { Environment = [("PUB_CACHE", ".cache/pub")], CachePaths = [".cache/pub"], NeedsAbsolute = true };
}
