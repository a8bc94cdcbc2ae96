using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags a repository that does not say who reviews what.</summary>
internal sealed class MissingCodeOwners : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP015", "missing-code-owners", Category.CodeQuality, Severity.Info,
        What: "A repository without `CODEOWNERS` in its root, in `docs` or in `.github`.",
        Why: "Nobody is asked by himself to look at a change to what he knows best.",
        Remedy: "Add a `CODEOWNERS` file.")
    {
        Equivalents = ["scorecard/Code-Review"],
        References = ["https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners"],
        Strict = true,
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        if (!snapshot.Entries.Any(file => file.Path is "CODEOWNERS" or ".github/CODEOWNERS" or "docs/CODEOWNERS" or ".gitlab/CODEOWNERS"))
        {
            yield return Descriptor.At(Location.Repository, "There is no CODEOWNERS file.");
        }
    }
}
