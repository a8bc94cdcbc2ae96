using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Finds the package manager of a package or workspace root: <c>packageManager</c>, then lock files, then other configuration,
/// then existing CI, then npm, which comes with Node.</summary>
internal sealed class NodePackageManagers(DetectionContext context, FileIndex files)
{
    private static readonly (string File, string Manager)[] LockFiles =
    [
        ("package-lock.json", "npm"), ("npm-shrinkwrap.json", "npm"), ("yarn.lock", "yarn"),
        ("pnpm-lock.yaml", "pnpm"), ("bun.lock", "bun"), ("bun.lockb", "bun"),
    ];

    /// <summary>The package manager, or null after abstaining: two lock files and nothing that decides between them.</summary>
    public PackageManager? Find(NodePackage package)
    {
        var locks = LockFiles.Where(entry => files.Exists(package.Folder, entry.File)).ToList();
        if (Declared(package) is { } declared)
        {
            var own = locks.FirstOrDefault(entry => entry.Manager == Family(declared.Name)).File;
            return PnpmReleases.Of(declared with { LockFile = own is null ? null : RepositoryPath.File(package.Folder, own) }, package, context.Snapshot);
        }

        var managers = locks.Select(entry => entry.Manager).Distinct().ToList();
        if (managers.Count == 1)
        {
            return PnpmReleases.Of(FromLock(package, managers[0], locks[0].File, 0.97), package, context.Snapshot);
        }

        var used = UsedByCi();
        if (managers.Count > 1)
        {
            if (used is { } choice && locks.FirstOrDefault(entry => entry.Manager == Family(choice.Manager)).File is { } chosen)
            {
                var found = FromLock(package, Family(choice.Manager), chosen, 0.9);
                return PnpmReleases.Of(found with { Evidence = [.. found.Evidence, choice.Evidence] }, package, context.Snapshot);
            }

            context.Abstain(RepositoryPath.ToModel(package.Folder), "packageManager",
                $"lock files of {string.Join(" and ", managers)} are there, and neither packageManager nor existing CI decides between them");
            return null;
        }

        return PnpmReleases.Of(Unlocked(package, used), package, context.Snapshot);
    }

    private PackageManager? Declared(NodePackage package)
    {
        if (package.Root["packageManager"] is { Text: { } text } node)
        {
            var at = text.LastIndexOf('@');
            var name = at > 0 ? text[..at] : text;
            var version = at > 0 ? VersionFiles.Concrete(text[(at + 1)..].Split('+')[0]) : null;
            if (name is "npm" or "yarn" or "pnpm" or "bun")
            {
                return new(name == "yarn" && IsBerryVersion(version) ? "yarn-berry" : name, version, null, 0.99, [Cite.At(package.File, node.Line)]);
            }

            context.Report(new(package.File.Path, node.Line, "packageManager names no package manager that is known."));
        }

        var engine = package.Root.At("devEngines", "packageManager");
        return engine?["name"] is { Text: "npm" or "yarn" or "pnpm" or "bun" } named
            ? new(named.Text == "yarn" && IsBerryVersion(engine["version"]?.Text) ? "yarn-berry" : named.Text,
                VersionFiles.Concrete(engine["version"]?.Text), null, 0.95, [Cite.At(package.File, named.Line)])
            : null;
    }

    private PackageManager FromLock(NodePackage package, string manager, string lockName, double confidence)
    {
        var path = RepositoryPath.File(package.Folder, lockName);
        var name = manager == "yarn" && IsBerry(package.Folder) ? "yarn-berry" : manager;
        var version = EngineVersion(package, manager);
        if (manager == "bun" && version is null)
        {
            version = (VersionFiles.Single(context, package.Folder, ".bun-version", "bun") ?? VersionFiles.Tool(context, package.Folder, "bun", "bun"))?.Versions[0];
        }

        return new(name, version, path, confidence, [new(path, 0)]);
    }

    private PackageManager Unlocked(NodePackage package, (string Manager, Evidence Evidence)? used)
    {
        if (files.Exists(package.Folder, "pnpm-workspace.yaml"))
        {
            return new("pnpm", EngineVersion(package, "pnpm"), null, 0.9, [new(RepositoryPath.File(package.Folder, "pnpm-workspace.yaml"), 0)]);
        }

        if (files.Exists(package.Folder, ".yarnrc.yml"))
        {
            return new("yarn-berry", null, null, 0.9, [new(RepositoryPath.File(package.Folder, ".yarnrc.yml"), 0)]);
        }

        if (files.Exists(package.Folder, "bunfig.toml"))
        {
            return new("bun", null, null, 0.9, [new(RepositoryPath.File(package.Folder, "bunfig.toml"), 0)]);
        }

        foreach (var manager in new[] { "pnpm", "yarn", "bun" })
        {
            if (package.Root["engines"]?.Key(manager) is { } engine)
            {
                return new(manager, EngineVersion(package, manager), null, 0.85, [Cite.At(package.File, engine.Line)]);
            }
        }

        return used is { } choice
            ? new(choice.Manager, null, null, 0.9, [choice.Evidence])
            : new("npm", null, null, 0.7, [Cite.File(package.File)]);
    }

    /// <summary>The manager that existing CI installs with; null when it uses several or none.</summary>
    private (string Manager, Evidence Evidence)? UsedByCi()
    {
        var uses = new SortedDictionary<string, Evidence>(StringComparer.Ordinal);
        foreach (var (configuration, step) in CiCommands.Steps(context))
        {
            foreach (var command in step.Run is null ? [] : ShellLine.Parse(step.Run))
            {
                var manager = command.Words switch
                {
                    ["npm", "ci" or "install" or "i", ..] when !command.Words.Any(word => word is "-g" or "--global" || word.Contains('@')) => "npm",
                    ["yarn"] or ["yarn", "install" or "--frozen-lockfile" or "--immutable", ..] => "yarn",
                    ["pnpm", "install" or "i", ..] => "pnpm",
                    ["bun", "install" or "i", ..] => "bun",
                    _ => null,
                };
                if (manager is not null)
                {
                    uses.TryAdd(manager, Cite.At(context.Snapshot.Find(configuration.Path)!, step.Line));
                }
            }
        }

        return uses.Count == 1 ? (uses.First().Key, uses.First().Value) : null;
    }

    private bool IsBerry(string folder)
    {
        if (files.Exists(folder, ".yarnrc.yml"))
        {
            return true;
        }

        // Yarn 2 and later begin their lock file with metadata; a lock file that is not read leaves the other signs.
        return context.Snapshot.Find(RepositoryPath.File(folder, "yarn.lock")) is { } file
            && file.Lines().Take(20).Any(line => line.Text.StartsWith("__metadata:", StringComparison.Ordinal));
    }

    private static string? EngineVersion(NodePackage package, string manager) =>
        package.Root.At("engines", manager) is { Text: { } text } && VersionRange.IsExact(text) ? VersionFiles.Concrete(text) : null;

    private static bool IsBerryVersion(string? version) =>
        version is not null && VersionRange.LowerBounds(version, 1) is [{ } major, ..] && int.TryParse(major, out var number) && number >= 2;

    private static string Family(string manager) => manager == "yarn-berry" ? "yarn" : manager;
}
