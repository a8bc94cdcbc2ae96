using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Go.</summary>
internal sealed class GoSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Go;

    public bool ReadsVersionFile(string name) => name is "go.mod" or "go.work" or ".go-version";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        List<(string, string)> inputs = [SetupActions.Version(runtime, "go-version", "stable")];
        if (runtime.CacheDependencyPath is { } lockFile)
        {
            inputs.Add(("cache-dependency-path", lockFile));
        }
        else
        {
            inputs.Add(("cache", "false"));
        }

        yield return SetupActions.Uses("Set up Go", "actions/setup-go", inputs, runtime.Basis);
    }

    public string? UpdateEcosystem(PackageManager manager) => "gomod";

    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new($"golang:{(version is null or "stable" ? "1" : version)}", []) { Environment = [("GOMODCACHE", ".cache/go")], CachePaths = [".cache/go"], NeedsAbsolute = true };
}
