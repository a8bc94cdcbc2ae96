using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags a repository that does not say how to take part.</summary>
internal sealed class MissingContributing : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP016", "missing-contributing", Category.CodeQuality, Severity.Info,
        What: "A repository without `CONTRIBUTING` in its root, in `docs` or in `.github`.",
        Why: "Whoever wants to help guesses how to build, test and send a change.",
        Remedy: "Add a `CONTRIBUTING.md`.")
    {
        Equivalents = ["bestpractices/contribution"],
        References = ["https://docs.github.com/communities/setting-up-your-project-for-healthy-contributions/setting-guidelines-for-repository-contributors"],
        Strict = true,
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        if (!snapshot.Entries.Any(file => file.Directory.ToLowerInvariant() is "" or "docs" or "doc" or ".github" && file.Name.StartsWith("CONTRIBUTING", StringComparison.OrdinalIgnoreCase)))
        {
            yield return Descriptor.At(Location.Repository, "Nothing says how to contribute.");
        }
    }
}
