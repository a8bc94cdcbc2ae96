using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags compiled code among the sources.</summary>
internal sealed class CommittedBinary : IRepositoryRule
{
    private static readonly HashSet<string> Extensions = new(StringComparer.Ordinal)
    {
        ".exe", ".dll", ".so", ".dylib", ".class", ".jar", ".war", ".ear", ".pyc", ".pyo", ".o", ".obj", ".a", ".lib", ".deb", ".rpm", ".msi", ".apk", ".ipa",
    };

    public RuleDescriptor Descriptor { get; } = new(
        "REP005", "committed-binary", Category.Security, Severity.Low,
        What: "Compiled code in the repository, wrappers of build tools and material for tests left out.",
        Why: "Nobody can review it, and nothing shows which source it was built from.",
        Remedy: "Build it in CI, or fetch it from a registry with a checksum.")
    {
        Confidence = 0.9,
        Equivalents = ["scorecard/Binary-Artifacts"],
        References = ["CWE-506", "OWASP CICD-SEC-9", "https://github.com/ossf/scorecard/blob/main/docs/checks.md#binary-artifacts"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries
            .Where(file => file.Kind is FileKind.Binary or FileKind.TooLarge && Extensions.Contains(file.Extension)
                && file.Name is not ("gradle-wrapper.jar" or "maven-wrapper.jar") && !file.IsTest)
            .Select(file => Descriptor.At(new Location(file.Path, 0, 0), $"'{file.Name}' is compiled code."));
}
