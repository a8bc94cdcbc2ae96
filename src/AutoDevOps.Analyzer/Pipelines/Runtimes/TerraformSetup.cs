using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Terraform.</summary>
internal sealed class TerraformSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Terraform;

    public bool ReadsVersionFile(string name) => false;

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        if (runtime.PackageManager?.Name == "opentofu")
        {
            yield break;
        }

        // The wrapper only makes outputs of what is printed, and hides exit codes from pipes.
        yield return SetupActions.Uses("Set up Terraform", "hashicorp/setup-terraform", [SetupActions.Version(runtime, "terraform_version", "1.x"), ("terraform_wrapper", "false")], runtime.Basis);
    }

    public string? UpdateEcosystem(PackageManager manager) => manager.Name;

    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new($"hashicorp/terraform:{(version is null ? "1.13" : version.Replace(".x", "", StringComparison.Ordinal))}", ["mkdir -p .cache/terraform"])
        {
            Environment = [("TF_PLUGIN_CACHE_DIR", ".cache/terraform")],
            CachePaths = [".cache/terraform"],
            NeedsAbsolute = true,
            StartsItsTool = true,
        };
}
