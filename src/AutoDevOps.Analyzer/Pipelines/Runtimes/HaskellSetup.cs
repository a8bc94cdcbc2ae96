using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Haskell with cabal or Stack. GitHub's Ubuntu image has GHCup, cabal, Stack and a GHC; GHCup brings another GHC.</summary>
internal sealed class HaskellSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Haskell;

    public bool ReadsVersionFile(string name) => false;

    // GHCup is a command, and no expression of a vendor may stand in a command.
    public bool TestsEveryVersion => false;

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        if (runtime.PackageManager?.Name == "stack")
        {
            // It brings the compiler of its resolver.
            return runtime.CacheDependencyPath is { } lockFile ? SetupActions.Cache("Keep what Stack has built", "stack", "~/.stack", lockFile) : [];
        }

        // What the image installed belongs to root (actions/runner-images, issue 7061).
        return runtime.Versions is [.., var version]
            ? [new("Set up GHC", null, [], $"sudo chown -R \"$USER\" /usr/local/.ghcup && ghcup install ghc --set {version}", runtime.Basis)]
            : [];
    }

    public string? UpdateEcosystem(PackageManager manager) => null;

    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        runtime.PackageManager?.Name == "stack"
            ? new($"haskell:{version ?? "9"}", []) { Environment = [("STACK_ROOT", ".cache/stack")], CachePaths = [".cache/stack"], NeedsAbsolute = true }
            : new($"haskell:{version ?? "9"}", []) { Environment = [("CABAL_DIR", ".cache/cabal")], CachePaths = [".cache/cabal"], NeedsAbsolute = true };
}
