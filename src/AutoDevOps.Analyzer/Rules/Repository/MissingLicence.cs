using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags a repository that says nowhere under which terms it may be used.</summary>
internal sealed class MissingLicence : IRepositoryRule
{
    private static readonly string[] Names = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "UNLICENSE", "MIT-LICENSE", "MIT-LICENCE"];

    private static bool IsLicence(SnapshotFile file) =>
        (file.Directory is "" or ".github" && Names.Any(name => file.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
        || file.Path.StartsWith("LICENSES/", StringComparison.OrdinalIgnoreCase);

    public RuleDescriptor Descriptor { get; } = new(
        "REP001", "missing-licence", Category.CodeQuality, Severity.Info,
        What: "A repository without a licence file in its root.",
        Why: "Nobody else may use, change or pass on the code, and automatic checks cannot tell.",
        Remedy: "Add a `LICENSE` file, or one that says the code is proprietary.")
    {
        Equivalents = ["scorecard/License"],
        References = ["https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/licensing-a-repository"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        if (!snapshot.Entries.Any(IsLicence))
        {
            yield return Descriptor.At(Location.Repository, "There is no licence file.");
        }
    }
}
