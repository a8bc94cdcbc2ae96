using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Swift on Linux.</summary>
internal sealed class SwiftSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Swift;

    // Read here, which says that the version is meant exactly.
    public bool ReadsVersionFile(string name) => name is ".swift-version";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime) =>
        [MiseTools.Step("Set up Swift", "swift", runtime.Versions.Count > 1 ? "${{ matrix.version }}" : Version(runtime), runtime.Basis)];

    public string? UpdateEcosystem(PackageManager manager) => "swift";

    // A tag that names a version: what is latest changes under a pipeline.
    public ContainerSetup Container(RuntimePlan runtime, string? version) => new($"swift:{version ?? "6.1"}", []) { CachePaths = [".build"] };

    /// <summary>An older manifest is read by newer releases; before 6.0 there are few builds for the system that jobs run on.</summary>
    private static string Version(RuntimePlan runtime) => runtime.Versions switch
    {
        [var exact] when runtime.VersionFile is not null => exact,
        [var lowest] when int.TryParse(lowest.Split('.')[0], out var major) && major >= 6 => lowest,
        _ => "latest",
    };
}
