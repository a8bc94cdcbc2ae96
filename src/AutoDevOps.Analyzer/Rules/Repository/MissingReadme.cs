using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags a repository without an introduction.</summary>
internal sealed class MissingReadme : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP002", "missing-readme", Category.CodeQuality, Severity.Low,
        What: "A repository without a README in its root, in `docs` or in `.github`.",
        Why: "Whoever opens it learns neither what it is nor how to build it.",
        Remedy: "Add a README that says what it is, how to build it and how to test it.")
    {
        Equivalents = [],
        References = ["https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-readmes"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        if (!snapshot.Entries.Any(file => file.Directory.ToLowerInvariant() is "" or "docs" or ".github" && file.Name.StartsWith("README", StringComparison.OrdinalIgnoreCase)))
        {
            yield return Descriptor.At(Location.Repository, "There is no README.");
        }
    }
}
