using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>.NET.</summary>
internal sealed class DotNetSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.DotNet;

    public bool ReadsVersionFile(string name) => name == "global.json";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        List<(string, string)> inputs = runtime.VersionFile is { } file
            ? [("global-json-file", file)]
            : [SetupActions.Version(runtime, "dotnet-version", "10.0.x")];
        if (runtime.CacheDependencyPath is not null)
        {
            inputs.Add(("cache", "true"));
            inputs.Add(("cache-dependency-path", "**/packages.lock.json"));
        }

        yield return SetupActions.Uses("Set up .NET", "actions/setup-dotnet", inputs, runtime.Basis);
    }

    public string? UpdateEcosystem(PackageManager manager) => "nuget";

    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new($"mcr.microsoft.com/dotnet/sdk:{(version ?? "10.0").Replace(".x", "", StringComparison.Ordinal)}", [])
        {
            Environment = [("NUGET_PACKAGES", ".cache/nuget")],
            CachePaths = [".cache/nuget"],
            NeedsAbsolute = true,
        };
}
