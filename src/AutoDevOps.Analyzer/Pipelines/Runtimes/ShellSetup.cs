using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Shell: bash and ShellCheck are on every hosted machine; what else a command calls is set up as a tool.</summary>
internal sealed class ShellSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Shell;

    public bool ReadsVersionFile(string name) => false;

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime) => [];

    public string? UpdateEcosystem(PackageManager manager) => null;

    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new("debian:13", ["apt-get update && apt-get install -y --no-install-recommends bash bats git make shellcheck shfmt"]);
}
