using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>The steps that give a GitHub job its runtime, package manager and cache.</summary>
internal static class SetupActions
{
    /// <summary>Whether the ecosystem's set-up action reads a version from this file by itself.</summary>
    public static bool Reads(string ecosystem, string source)
    {
        var name = source[(source.LastIndexOf('/') + 1)..];
        return ecosystem switch
        {
            Ecosystems.Node => name is ".nvmrc" or ".node-version" or ".tool-versions",
            Ecosystems.Python => name is ".python-version" or ".tool-versions",
            Ecosystems.Go => name is "go.mod" or "go.work" or ".go-version",
            Ecosystems.DotNet => name == "global.json",
            _ => false,
        };
    }

    /// <summary>The steps, in the order in which they must run.</summary>
    public static IEnumerable<WorkflowStepText> For(RuntimePlan runtime) => runtime.Name switch
    {
        Ecosystems.Node => Node(runtime),
        Ecosystems.Python => Python(runtime),
        Ecosystems.Go => Go(runtime),
        Ecosystems.DotNet => DotNet(runtime),
        _ => [],
    };

    /// <summary>The step that brings a program no package manager brings.</summary>
    public static WorkflowStepText For(PlannedTool tool) => tool.Name switch
    {
        // Only version 2 is brought; what is configured for version 1 is not planned.
        "golangci-lint" => Uses("Set up golangci-lint", "golangci/golangci-lint-action", tool.Version is null ? [("install-only", "true")] : [("version", tool.Version), ("install-only", "true")], tool.Evidence),
        "just" => Uses("Set up just", "taiki-e/install-action", [("tool", "just")], tool.Evidence),
        "mise" => Uses("Set up mise", "jdx/mise-action", [], tool.Evidence),
        "task" => Uses("Set up Task", "arduino/setup-task", [], tool.Evidence),
        _ => throw new InvalidOperationException($"No set-up step brings '{tool.Name}'."),
    };

    private static IEnumerable<WorkflowStepText> Node(RuntimePlan runtime)
    {
        var manager = runtime.PackageManager;
        if (manager?.Name == "pnpm")
        {
            // With "packageManager" in package.json the action takes the version from there, and refuses a second one.
            yield return Uses("Set up pnpm", "pnpm/action-setup", manager.Version is null ? [("version", "10")] : [], manager.Evidence);
        }

        if (manager?.Name == "bun")
        {
            yield return Uses("Set up Bun", "oven-sh/setup-bun", manager.Version is null ? [] : [("bun-version", manager.Version)], manager.Evidence);
        }

        if (manager?.Name == "yarn-berry")
        {
            // Before Node is set up: it asks Yarn where its cache is, and the Yarn of the machine refuses a repository of Yarn 2 and later.
            yield return new("Let Corepack provide Yarn", null, [], "corepack enable", manager.Evidence);
        }

        List<(string, string)> inputs = [Version(runtime, "node-version", "lts/*")];
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

        yield return Uses("Set up Node.js", "actions/setup-node", inputs, runtime.Evidence);
    }

    private static IEnumerable<WorkflowStepText> Python(RuntimePlan runtime)
    {
        var manager = runtime.PackageManager;
        if (manager?.Name == "uv")
        {
            List<(string, string)> uv = [("enable-cache", "true")];
            if (runtime.CacheDependencyPath is { } uvLock)
            {
                uv.Add(("cache-dependency-glob", uvLock));
            }

            if (runtime.Versions.Count > 0 && runtime.VersionFile is null)
            {
                uv.Add(("python-version", Version(runtime, "python-version", "3.x").Value));
            }

            yield return Uses("Set up uv", "astral-sh/setup-uv", uv, [.. manager.Evidence, .. runtime.Evidence]);
            yield break;
        }

        List<(string, string)> inputs = [Version(runtime, "python-version", "3.x")];
        if (runtime.Versions.Any(version => RuntimeReleases.IsPrerelease(Ecosystems.Python, version)))
        {
            inputs.Add(("allow-prereleases", "true"));
        }

        if (manager?.Name is "pip" or "pipenv" or "poetry" && runtime.CacheDependencyPath is { } key)
        {
            inputs.Add(("cache", manager.Name));
            inputs.Add(("cache-dependency-path", key));
        }

        if (manager?.Name == "poetry")
        {
            // Before Python is set up, which asks Poetry where its cache is and tells it which Python to use.
            yield return new("Install poetry", null, [], "pipx install poetry", manager.Evidence);
        }

        yield return Uses("Set up Python", "actions/setup-python", inputs, runtime.Evidence);
        if (manager?.Name is "pdm" or "hatch" or "pipenv")
        {
            // These work with the Python they are installed in.
            yield return new($"Install {manager.Name}", null, [], $"pip install {manager.Name}", manager.Evidence);
        }
    }

    private static IEnumerable<WorkflowStepText> Go(RuntimePlan runtime)
    {
        List<(string, string)> inputs = [Version(runtime, "go-version", "stable")];
        if (runtime.CacheDependencyPath is { } lockFile)
        {
            inputs.Add(("cache-dependency-path", lockFile));
        }
        else
        {
            inputs.Add(("cache", "false"));
        }

        yield return Uses("Set up Go", "actions/setup-go", inputs, runtime.Evidence);
    }

    private static IEnumerable<WorkflowStepText> DotNet(RuntimePlan runtime)
    {
        List<(string, string)> inputs = runtime.VersionFile is { } file
            ? [("global-json-file", file)]
            : [Version(runtime, "dotnet-version", "10.0.x")];
        if (runtime.CacheDependencyPath is not null)
        {
            inputs.Add(("cache", "true"));
            inputs.Add(("cache-dependency-path", "**/packages.lock.json"));
        }

        yield return Uses("Set up .NET", "actions/setup-dotnet", inputs, runtime.Evidence);
    }

    private static (string Name, string Value) Version(RuntimePlan runtime, string input, string otherwise) => runtime switch
    {
        { VersionFile: { } file } => ($"{input}-file", file),
        { Versions.Count: > 1 } => (input, "${{ matrix.version }}"),
        { Versions: [var only] } => (input, only),
        _ => (input, otherwise),
    };

    private static WorkflowStepText Uses(string name, string action, IReadOnlyList<(string, string)> inputs, IReadOnlyList<Evidence> evidence)
    {
        var known = ActionCatalog.Get(action);
        foreach (var (input, _) in inputs)
        {
            if (!known.Inputs.Contains(input))
            {
                throw new InvalidOperationException($"The action {action} {known.Version} has no input '{input}'.");
            }
        }

        return new(name, known.Reference, inputs, null, evidence);
    }
}

/// <summary>One step of a workflow as it will be written: either <paramref name="Uses"/> or <paramref name="Run"/>.</summary>
internal sealed record WorkflowStepText(
    string Name, string? Uses, IReadOnlyList<(string Name, string Value)> With, string? Run, IReadOnlyList<Evidence> Evidence, string? WorkingDirectory = null);
