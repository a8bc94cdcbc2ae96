using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags lock files of several package managers for the same manifest.</summary>
internal sealed class SeveralLockFiles : IRepositoryRule
{
    private static readonly string[][] Rivals =
    [
        ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"],
        ["poetry.lock", "uv.lock", "Pipfile.lock", "pdm.lock"],
    ];

    public RuleDescriptor Descriptor { get; } = new(
        "DEP002", "several-lock-files", Category.Dependencies, Severity.Medium,
        What: "Lock files of several package managers in one folder.",
        Why: "They drift apart: what is tested with one is installed with another.",
        Remedy: "Keep the lock file of the manager that CI uses, and delete the others.")
    {
        Confidence = 0.95,
        References = ["CWE-1357"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Any(file => Rivals.Any(rivals => rivals.Contains(file.Name)));

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        foreach (var rivals in Rivals)
        {
            var folders = snapshot.Entries.Where(file => rivals.Contains(file.Name) && !file.IsTest).GroupBy(file => file.Directory);
            foreach (var found in folders.Select(folder => folder.ToList()))
            {
                // bun wrote a binary lock file before it wrote a text: both belong to one manager.
                if (found.Select(file => file.Name.Split('.')[0] == "bun" ? "bun" : file.Name).Distinct().Count() > 1)
                {
                    yield return Descriptor.At(new Location(found[0].Path, 0, 0), $"{string.Join(" and ", found.Select(file => $"'{file.Name}'"))} stand side by side.");
                }
            }
        }
    }
}
