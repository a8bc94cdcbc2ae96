using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags a repository that no tool looks through for vulnerabilities.</summary>
internal sealed partial class NoStaticAnalysis : IRepositoryRule
{
    private static readonly HashSet<string> Configurations = new(StringComparer.Ordinal) { "sonar-project.properties", ".semgrep.yml", ".snyk", ".sonarcloud.properties", "qodana.yaml", ".deepsource.toml", ".bandit" };

    public RuleDescriptor Descriptor { get; } = new(
        "REP017", "no-static-analysis", Category.CodeQuality, Severity.Info,
        What: "A repository with CI and no static analysis of security in it, nor a configuration of one.",
        Why: "Mistakes that a tool finds in seconds wait for somebody to exploit them.",
        Remedy: "Add CodeQL, Semgrep, SonarQube or another.")
    {
        Equivalents = ["scorecard/SAST"],
        References = ["CWE-1127", "https://github.com/ossf/scorecard/blob/main/docs/checks.md#sast"],
        Strict = true,
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => Ci(snapshot).Any();

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        if (!snapshot.Entries.Any(file => Configurations.Contains(file.Name)) && !Ci(snapshot).Any(file => Tool().IsMatch(file.Text)))
        {
            yield return Descriptor.At(Location.Repository, "No tool in CI looks for vulnerabilities in the code.");
        }
    }

    private static IEnumerable<SnapshotFile> Ci(RepositorySnapshot snapshot) =>
        snapshot.Under(".github/workflows").Concat(snapshot.Files.Where(file => file.Path is ".gitlab-ci.yml" or "azure-pipelines.yml" or ".circleci/config.yml" or "Jenkinsfile" or ".travis.yml" or ".pre-commit-config.yaml"));

    [GeneratedRegex("(?i:codeql|semgrep|sonar|snyk|bandit|gosec|brakeman|checkmarx|veracode|fortify|coverity|security-scan|devskim|spotbugs|find-sec-bugs|psalm.*taint|zizmor|trivy|sast|autodevops)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Tool();
}
