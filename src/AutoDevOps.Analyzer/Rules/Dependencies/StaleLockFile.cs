using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags lock files that do not know a dependency of their manifest.</summary>
internal sealed class StaleLockFile : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP010", "stale-lock-file", Category.Dependencies, Severity.Medium,
        What: "A lock file without an entry for a dependency that its manifest names (npm, yarn, pnpm, Poetry, uv, Cargo, Composer).",
        Why: "An installation that keeps to the lock file fails; any other installs what nobody locked.",
        Remedy: "Run the package manager's install command and commit what it writes.")
    {
        Confidence = 0.9,
        References = ["CWE-1357", "OWASP CICD-SEC-3", "https://docs.npmjs.com/cli/commands/npm-ci"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Files.Any(file => LockedNames.IsLock(file.Name));

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        foreach (var file in snapshot.Files.Where(file => LockedNames.IsLock(file.Name) && !file.IsTest))
        {
            var folder = file.Directory.Length == 0 ? "" : file.Directory + "/";
            if (snapshot.Find(folder + LockedNames.ManifestOf(file.Name)) is not { } manifest || LockedNames.Read(file, manifest) is not { } locked)
            {
                continue;
            }

            foreach (var (name, line) in locked.Missing.Take(20))
            {
                yield return Descriptor.At(manifest.Path, line, $"'{name}' is not in {file.Name}.");
            }
        }
    }
}
