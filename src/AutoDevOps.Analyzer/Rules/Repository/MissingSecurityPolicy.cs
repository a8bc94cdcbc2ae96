using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags a repository that does not say how to report a vulnerability.</summary>
internal sealed class MissingSecurityPolicy : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP003", "missing-security-policy", Category.CodeQuality, Severity.Info,
        What: "A repository without a security policy in its root, in `docs` or in `.github`.",
        Why: "Whoever finds a vulnerability does not know whom to tell, and tells everybody.",
        Remedy: "Add a `SECURITY.md` that names a private way to report.")
    {
        Equivalents = ["scorecard/Security-Policy"],
        References = ["https://docs.github.com/code-security/getting-started/adding-a-security-policy-to-your-repository"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        if (!snapshot.Entries.Any(file => file.Directory.ToLowerInvariant() is "" or "docs" or ".github" or "doc" && Path.GetFileNameWithoutExtension(file.Name).Equals("SECURITY", StringComparison.OrdinalIgnoreCase)))
        {
            yield return Descriptor.At(Location.Repository, "There is no security policy.");
        }
    }
}
