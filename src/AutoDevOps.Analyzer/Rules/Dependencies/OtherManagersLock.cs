using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags lock files of another manager than the one that the manifest names.</summary>
internal sealed class OtherManagersLock : IRepositoryRule
{
    private static readonly Dictionary<string, string[]> Locks = new(StringComparer.Ordinal)
    {
        ["npm"] = ["package-lock.json", "npm-shrinkwrap.json"],
        ["yarn"] = ["yarn.lock"],
        ["pnpm"] = ["pnpm-lock.yaml"],
        ["bun"] = ["bun.lock", "bun.lockb"],
    };

    public RuleDescriptor Descriptor { get; } = new(
        "DEP015", "lock-of-another-manager", Category.Dependencies, Severity.Medium,
        What: "A `package.json` whose `packageManager` names one manager, with only the lock file of another beside it.",
        Why: "The manager that is used does not read the lock file: every installation may bring other versions.",
        Remedy: "Commit the lock file of the manager that is named, and delete the other.")
    {
        References = ["CWE-1357", "https://nodejs.org/api/packages.html#packagemanager"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Named("package.json").Any();

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        foreach (var file in snapshot.Named("package.json").Where(file => !file.IsTest && file.Text.Contains("packageManager", StringComparison.Ordinal)))
        {
            if (file.Json().Root?["packageManager"] is not { Text: { } named } manager || !Locks.TryGetValue(named.Split('@')[0], out var own))
            {
                continue;
            }

            var beside = snapshot.Entries.Where(entry => entry.Directory == file.Directory).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
            var other = Locks.Where(pair => pair.Value != own).SelectMany(pair => pair.Value).FirstOrDefault(beside.Contains);
            if (other is not null && !own.Any(beside.Contains))
            {
                yield return Descriptor.At(file.Path, manager.Line, $"'{named.Split('@')[0]}' does not read '{other}'.");
            }
        }
    }
}
