using System.Diagnostics;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>What stands in for a hosted runner: the programs of this machine, and those that npm packages bring.</summary>
internal sealed class Machine
{
    // Node first: the version of the machine may be an old one.
    private static readonly string[] Packages = ["node@24", "pnpm@10", "yarn@1", "bun", "deno"];

    private static readonly string[] Links = ["node", "pnpm", "pnpx", "yarn", "bun", "bunx", "deno"];

    private static readonly string[] Shown = ["node --version", "npm --version", "pnpm --version", "yarn --version", "bun --version", "deno --version", "dotnet --version", "cmake --version", "gcc --version"];

    private readonly string _work;
    private readonly string _tools;

    private Machine(string work) => (_work, _tools) = (work, Path.Combine(work, "tools"));

    /// <summary>Installs the tools below <paramref name="work"/>, unless they are there.</summary>
    /// <exception cref="InvalidOperationException">npm could not install them.</exception>
    public static async Task<Machine> PrepareAsync(string work)
    {
        var machine = new Machine(work);
        Directory.CreateDirectory(work);
        if (!Directory.Exists(Path.Combine(machine._tools, "node_modules", ".bin")))
        {
            Directory.CreateDirectory(machine._tools);
            using var npm = Process.Start("npm", ["install", "--silent", "--prefix", machine._tools, .. Packages]);
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm could not install {string.Join(", ", Packages)}.");
            }
        }

        return machine;
    }

    /// <summary>An empty folder for a job, with its own programs: what a job installs or enables for the whole machine stays in there.</summary>
    public string NewFolder()
    {
        var folder = Path.Combine(_work, "job");
        Clear(folder);
        Directory.CreateDirectory(Path.Combine(folder, "global", "bin"));
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        Directory.CreateDirectory(Path.Combine(folder, "home"));
        // The pnpm of the machine, not the one that package.json names; a variable does not reach a pnpm that pnpm calls.
        File.WriteAllText(Path.Combine(folder, "home", ".npmrc"), "manage-package-manager-versions=false\n");
        foreach (var link in Links)
        {
            File.CreateSymbolicLink(Path.Combine(folder, "bin", link), Path.Combine(_tools, "node_modules", ".bin", link));
        }

        return folder;
    }

    /// <summary>A place to keep what an installation left, which does not exist yet.</summary>
    public string NewInstallation(int number)
    {
        var folder = Path.Combine(_work, $"installed-{number}");
        Clear(folder);
        return folder;
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The whole environment of a step: nothing else of the caller's gets in, but what reaches the network.</summary>
    public Dictionary<string, string> Environment(string jobFolder)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = string.Join(':', Path.Combine(jobFolder, "global", "bin"), Path.Combine(jobFolder, "bin"), System.Environment.GetEnvironmentVariable("PATH")),
            // Its own: what one job configures is not there for the next. Only what was downloaded is shared.
            ["HOME"] = Path.Combine(jobFolder, "home"),
            ["npm_config_cache"] = Path.Combine(_work, "cache", "npm"),
            ["npm_config_store_dir"] = Path.Combine(_work, "cache", "pnpm"),
            ["NUGET_PACKAGES"] = Path.Combine(_work, "cache", "nuget"),
            ["LANG"] = "C.UTF-8",
            ["CI"] = "true",
            ["GITHUB_WORKSPACE"] = Path.Combine(jobFolder, JobRunner.CopyName),
            ["npm_config_prefix"] = Path.Combine(jobFolder, "global"),
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
            // One runtime is installed; what is built for an older one runs on it.
            ["DOTNET_ROLL_FORWARD"] = "Major",
            ["MSBUILDDISABLENODEREUSE"] = "1",
        };
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (name.Contains("CERT", StringComparison.OrdinalIgnoreCase) || name.Contains("PROXY", StringComparison.OrdinalIgnoreCase) || name is "GIT_SSL_CAINFO" or "CURL_CA_BUNDLE" or "REQUESTS_CA_BUNDLE")
            {
                environment[name] = (string?)variable.Value ?? "";
            }
        }

        return environment;
    }

    /// <summary>The versions of what takes the place of set-up actions.</summary>
    public async Task<IReadOnlyList<string>> VersionsAsync()
    {
        var folder = NewFolder();
        var versions = new List<string>();
        foreach (var command in Shown)
        {
            var result = await Shell.RunAsync(command, folder, folder, Environment(folder), TimeSpan.FromMinutes(1));
            versions.Add($"{command.Split(' ')[0]} {(result.ExitCode == 0 ? result.FirstLine : "is missing")}");
        }

        return versions;
    }
}
