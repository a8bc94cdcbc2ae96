using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Ruby with Bundler.</summary>
internal sealed class RubySetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Ruby;

    public bool ReadsVersionFile(string name) => name is ".ruby-version" or ".tool-versions";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        var lockFolder = runtime.CacheDependencyPath is { } lockFile ? RepositoryPath.Parent(lockFile) : null;
        var fileFolder = runtime.VersionFile is { } file ? RepositoryPath.Parent(file) : null;

        // The action looks for the version's file and for the lock file in one folder.
        var readsFile = fileFolder is not null && (lockFolder is null || lockFolder == fileFolder);
        List<(string, string)> inputs =
        [
            readsFile ? ("ruby-version", Path.GetFileName(runtime.VersionFile!)) : SetupActions.Version(runtime with { VersionFile = null }, "ruby-version", "ruby"),
        ];
        if (lockFolder is not null)
        {
            // Installs the bundle as it is locked, and keeps it between runs.
            inputs.Add(("bundler-cache", "true"));
        }

        if ((lockFolder ?? (readsFile ? fileFolder : null)) is { Length: > 0 } folder)
        {
            inputs.Add(("working-directory", folder));
        }

        yield return SetupActions.Uses("Set up Ruby", "ruby/setup-ruby", inputs, runtime.Basis);
    }

    public string? UpdateEcosystem(PackageManager manager) => "bundler";

    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new($"ruby:{version ?? "3"}", []) { Environment = [("BUNDLE_PATH", ".cache/bundle")], CachePaths = [".cache/bundle"], NeedsAbsolute = true };
}
