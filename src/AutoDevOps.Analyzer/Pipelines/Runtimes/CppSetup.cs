using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>C or C++: compilers, CMake, Ninja and the autotools are on every hosted machine.</summary>
/// <param name="ecosystem">One of <see cref="Ecosystems"/>.</param>
internal sealed class CppSetup(string ecosystem) : IRuntimeSetup
{
    public string Ecosystem => ecosystem;

    public bool ReadsVersionFile(string name) => false;

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime) => [];

    public string? UpdateEcosystem(PackageManager manager) => manager.Name == "vcpkg" ? "vcpkg" : null;

    // Commands that existing CI runs on a hosted machine say sudo, which the image lacks.
    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new("gcc:15", ["apt-get update && apt-get install -y --no-install-recommends sudo cmake ninja-build meson autoconf automake libtool pkg-config"]);
}
