using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Python with pip, uv, Poetry, PDM, Hatch or Pipenv.</summary>
internal sealed class PythonSetup : IRuntimeSetup
{
    public string Ecosystem => Ecosystems.Python;

    public bool ReadsVersionFile(string name) => name is ".python-version" or ".tool-versions";

    public IEnumerable<WorkflowStepText> GitHubSteps(RuntimePlan runtime)
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
                uv.Add(("python-version", SetupActions.Version(runtime, "python-version", "3.x").Value));
            }

            yield return SetupActions.Uses("Set up uv", "astral-sh/setup-uv", uv, Basis.OfAll([new(manager.Evidence, manager.Confidence), runtime.Basis]));
            yield break;
        }

        List<(string, string)> inputs = [SetupActions.Version(runtime, "python-version", "3.x")];
        if (runtime.Versions.Any(version => RuntimeReleases.IsPrerelease(Ecosystems.Python, version)))
        {
            inputs.Add(("allow-prereleases", "true"));
        }

        if (manager?.Name is "pip" or "pipenv" or "poetry" && runtime.CacheDependencyPath is { } key)
        {
            inputs.Add(("cache", manager.Name));
            inputs.Add(("cache-dependency-path", string.Join('\n', runtime.FurtherCacheKeys.Prepend(key))));
        }

        if (manager?.Name == "poetry")
        {
            // Before Python is set up, which asks Poetry where its cache is and tells it which Python to use.
            yield return new("Install poetry", null, [], "pipx install poetry", new(manager.Evidence, manager.Confidence));
        }

        yield return SetupActions.Uses("Set up Python", "actions/setup-python", inputs, runtime.Basis);
        if (manager?.Name is "pdm" or "hatch" or "pipenv")
        {
            // These work with the Python they are installed in.
            yield return new($"Install {manager.Name}", null, [], $"pip install {manager.Name}", new(manager.Evidence, manager.Confidence));
        }
    }

    public string? UpdateEcosystem(PackageManager manager) => manager.Name == "uv" ? "uv" : "pip";

    public ContainerSetup Container(RuntimePlan runtime, string? version)
    {
        var image = $"python:{(version is null or "3.x" ? "3" : version)}";
        return runtime.PackageManager?.Name switch
        {
            "uv" => new(image, ["pip install uv"]) { Environment = [("UV_CACHE_DIR", ".cache/uv")], CachePaths = [".cache/uv"] },
            "poetry" => new(image, ["pip install poetry"]) { Environment = [("POETRY_CACHE_DIR", ".cache/poetry")], CachePaths = [".cache/poetry"] },
            "pdm" or "hatch" or "pipenv" => new(image, [$"pip install {runtime.PackageManager.Name}"]) { Environment = PipCache, CachePaths = [".cache/pip"] },
            _ => new(image, []) { Environment = PipCache, CachePaths = [".cache/pip"] },
        };
    }

    private static IReadOnlyList<(string, string)> PipCache => [("PIP_CACHE_DIR", ".cache/pip")];
}
