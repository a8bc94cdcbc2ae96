using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Images: Docker with BuildKit and Compose is on every hosted machine.</summary>
internal sealed class DockerSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Docker;

    public bool ReadsVersionFile(string name) => false;

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime) => [];

    // Where a Dockerfile is, the plan of updates says so for every ecosystem.
    public string? UpdateEcosystem(PackageManager manager) => null;

    public ContainerSetup Container(RuntimePlan runtime, string? version) => new("docker:28", []) { NeedsDocker = true };
}
