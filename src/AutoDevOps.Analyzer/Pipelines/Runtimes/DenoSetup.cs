using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Deno.</summary>
internal sealed class DenoSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Deno;

    public bool ReadsVersionFile(string name) => name is ".dvmrc" or ".tool-versions";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        List<(string, string)> inputs = [SetupActions.Version(runtime, "deno-version", "v2.x")];
        if (runtime.CacheDependencyPath is not null)
        {
            // Keyed by every deno.lock of the repository.
            inputs.Add(("cache", "true"));
        }

        yield return SetupActions.Uses("Set up Deno", "denoland/setup-deno", inputs, runtime.Basis);
    }

    public string? UpdateEcosystem(PackageManager manager) => "deno";

    // The vendor tags its images with whole versions only.
    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new($"denoland/deno:{(version?.Split('.') is [_, _, not "x"] ? version : "2.5.6")}", []) { Environment = [("DENO_DIR", ".cache/deno")], CachePaths = [".cache/deno"], NeedsAbsolute = true };
}
