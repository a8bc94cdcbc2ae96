using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags files that cannot stand side by side everywhere.</summary>
internal sealed class CollidingPaths : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP010", "colliding-paths", Category.CodeQuality, Severity.Medium,
        What: "Paths that differ in nothing but upper and lower case.",
        Why: "On Windows and macOS a clone has only one of the files, and shows the other as changed.",
        Remedy: "Rename one of them.")
    {
        Equivalents = ["precommit/check-case-conflict"],
        References = ["CWE-178", "https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreignoreCase"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in snapshot.Entries)
        {
            if (!seen.TryAdd(file.Path, file.Path))
            {
                yield return Descriptor.At(new Location(file.Path, 0, 0), $"'{file.Path}' and '{seen[file.Path]}' are one file on Windows and macOS.");
            }
        }
    }
}
