using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Node.js with npm, Yarn, pnpm or Bun.</summary>
internal sealed class NodeSetup : IRuntimeSetup
{
    /// <summary>Reads the lock files of 9, too.</summary>
    private const string UsualPnpm = "10";

    public string Ecosystem => Ecosystems.Node;

    public bool ReadsVersionFile(string name) => name is ".nvmrc" or ".node-version" or ".tool-versions";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
    {
        var manager = runtime.PackageManager;
        if (manager?.Name == "pnpm")
        {
            // With "packageManager" in package.json the action takes the version from there, and refuses a second one.
            yield return SetupActions.Uses("Set up pnpm", "pnpm/action-setup", IsPinned(manager) ? [] : [("version", manager.Release ?? UsualPnpm)], new(manager.Evidence, manager.Confidence));
        }

        if (manager?.Name == "bun")
        {
            yield return SetupActions.Uses("Set up Bun", "oven-sh/setup-bun", manager.Version is null ? [] : [("bun-version", manager.Version)], new(manager.Evidence, manager.Confidence));
        }

        if (manager?.Name == "yarn-berry")
        {
            // Before Node is set up: it asks Yarn where its cache is, and the Yarn of the machine refuses a repository of Yarn 2 and later.
            yield return new("Let Corepack provide Yarn", null, [], "corepack enable", new(manager.Evidence, manager.Confidence));
        }

        List<(string, string)> inputs = [SetupActions.Version(runtime, "node-version", "lts/*")];
        var cache = manager?.Name switch
        {
            "npm" => "npm",
            "pnpm" => "pnpm",
            "yarn" or "yarn-berry" => "yarn",
            _ => null,
        };
        if (cache is not null && runtime.CacheDependencyPath is { } lockFile)
        {
            inputs.Add(("cache", cache));
            inputs.Add(("cache-dependency-path", lockFile));
        }
        else
        {
            // The action would look for a lock file by itself, and fail without one.
            inputs.Add(("package-manager-cache", "false"));
        }

        yield return SetupActions.Uses("Set up Node.js", "actions/setup-node", inputs, runtime.Basis);
    }

    /// <summary>By <c>packageManager</c>, which Corepack and the action read.</summary>
    private static bool IsPinned(PackageManager manager) => manager is { Version: not null, Release: null };

    public string? UpdateEcosystem(PackageManager manager) => manager.Name == "bun" ? "bun" : "npm";

    public ContainerSetup Container(RuntimePlan runtime, string? version)
    {
        // As node: is tagged: 22, 22.11.0, lts.
        var tag = version is null or "lts/*" or "lts" or "node" ? "lts" : (NodeReleases.OfName(version) ?? version).TrimStart('v').Replace(".x", "", StringComparison.Ordinal);
        var manager = runtime.PackageManager;
        return manager?.Name switch
        {
            "pnpm" => new($"node:{tag}", [IsPinned(manager) ? "npm install --global corepack && corepack enable" : $"npm install --global pnpm@{manager.Release ?? UsualPnpm}"])
            {
                Environment = [("npm_config_store_dir", ".cache/pnpm")],
                CachePaths = [".cache/pnpm"],
            },
            "yarn-berry" => new($"node:{tag}", ["npm install --global --force corepack && corepack enable"])
            {
                Environment = [("YARN_CACHE_FOLDER", ".cache/yarn"), ("YARN_ENABLE_GLOBAL_CACHE", "false")],
                CachePaths = [".cache/yarn"],
            },
            "yarn" => new($"node:{tag}", []) { Environment = [("YARN_CACHE_FOLDER", ".cache/yarn")], CachePaths = [".cache/yarn"] },
            "bun" => new($"node:{tag}", [$"npm install --global bun@{manager.Version ?? "latest"}"]),
            "npm" => new($"node:{tag}", []) { Environment = [("npm_config_cache", ".cache/npm")], CachePaths = [".cache/npm"] },
            _ => new($"node:{tag}", []),
        };
    }
}
