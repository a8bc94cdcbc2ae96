using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Zig.</summary>
internal sealed class ZigSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Zig;

    public bool ReadsVersionFile(string name) => false;

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime) =>
        [MiseTools.Step("Set up Zig", "zig", SetupActions.Version(runtime, "version", "latest").Value, runtime.Basis)];

    public string? UpdateEcosystem(PackageManager manager) => null;

    // There is no image of Zig's; Zig's own package for Python has the compiler in it.
    public ContainerSetup Container(RuntimePlan runtime, string? version) =>
        new("python:3",
        [
            version is null ? "pip install ziglang" : $"pip install ziglang=={version}",
            "printf '#!/bin/sh\\nexec python -m ziglang \"$@\"\\n' > /usr/local/bin/zig && chmod +x /usr/local/bin/zig",
        ])
        {
            Environment = [("ZIG_GLOBAL_CACHE_DIR", ".cache/zig")],
            CachePaths = [".cache/zig"],
            NeedsAbsolute = true,
        };
}
