using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Rust, through rustup: it is on GitHub's machines and in the official image, and obeys the toolchain file by itself.</summary>
internal sealed class RustSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Rust;

    /// <remarks>A manifest names the least version only, which the newest compiler satisfies.</remarks>
    public bool ReadsVersionFile(string name) => name is "rust-toolchain" or "rust-toolchain.toml" or "Cargo.toml";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        var manager = runtime.PackageManager!;
        var basis = runtime.Basis.Evidence.Count > 0 ? runtime.Basis : new(manager.Evidence, manager.Confidence);
        yield return HasToolchainFile(runtime)
            ? new("Set up Rust", null, [], "rustup toolchain install --component clippy,rustfmt", basis, RepositoryPath.Parent(runtime.VersionFile!) is { Length: > 0 } folder ? folder : null)
            : new("Set up Rust", null, [], $"rustup toolchain install {Channel(runtime)} --profile minimal --component clippy,rustfmt && rustup default {Channel(runtime)}", basis);

        var project = RepositoryPath.Parent(manager.LockFile ?? manager.Evidence[0].Path);
        yield return SetupActions.Uses("Keep what Cargo downloads and compiles", "Swatinem/rust-cache", project.Length == 0 ? [] : [("workspaces", project)], new(manager.Evidence, manager.Confidence));
    }

    public string? UpdateEcosystem(PackageManager manager) => "cargo";

    public ContainerSetup Container(RuntimePlan runtime, string? version)
    {
        var isNightly = version?.StartsWith("nightly", StringComparison.Ordinal) == true;
        var image = HasToolchainFile(runtime) || version is null || !char.IsAsciiDigit(version[0]) || runtime.VersionFile is not null ? "rust:1" : $"rust:{version}";
        var install = HasToolchainFile(runtime) ? "rustup toolchain install --component clippy,rustfmt"
            : isNightly ? $"rustup toolchain install {version} --profile minimal --component clippy,rustfmt && rustup default {version}"
            : "rustup component add clippy rustfmt";
        return new(image, [install]) { Environment = [("CARGO_HOME", ".cache/cargo")], CachePaths = [".cache/cargo"], NeedsAbsolute = true };
    }

    private static bool HasToolchainFile(RuntimePlan runtime) => runtime.VersionFile is { } file && Path.GetFileName(file) != "Cargo.toml";

    private static string Channel(RuntimePlan runtime) => runtime is { VersionFile: null, Versions: [.., var newest] } ? newest : "stable";
}
