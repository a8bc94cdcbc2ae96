using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags a repository with locked dependencies that nothing keeps up to date.</summary>
internal sealed class NoUpdateTool : IRepositoryRule
{
    private static readonly HashSet<string> Tools = new(StringComparer.OrdinalIgnoreCase)
    {
        ".github/dependabot.yml", ".github/dependabot.yaml", "renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5",
        ".github/renovate.json", ".github/renovate.json5", ".gitlab/renovate.json", ".gitlab/renovate.json5", ".pyup.yml", ".scala-steward.conf",
        ".github/.scala-steward.conf", "updatecli.yaml", "updatecli.yml", ".dependabot/config.yml",
    };

    private static readonly HashSet<string> LockFiles = new(StringComparer.Ordinal)
    {
        "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "poetry.lock", "uv.lock", "Pipfile.lock", "pdm.lock", "go.sum", "Cargo.lock",
        "Gemfile.lock", "composer.lock", "mix.lock", "packages.lock.json", "pubspec.lock", "gradle.lockfile",
    };

    public RuleDescriptor Descriptor { get; } = new(
        "DEP004", "no-update-tool", Category.Dependencies, Severity.Low,
        What: "Locked dependencies and no configuration of a tool that updates them.",
        Why: "What is locked stays as it is, with every vulnerability found since.",
        Remedy: "Add `.github/dependabot.yml` or a Renovate configuration.")
    {
        Confidence = 0.85,
        Equivalents = ["scorecard/Dependency-Update-Tool"],
        References = ["CWE-1104", "OWASP A06:2021", "https://docs.github.com/code-security/dependabot/working-with-dependabot/dependabot-options-reference"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Any(file => LockFiles.Contains(file.Name));

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var locked = snapshot.Entries.FirstOrDefault(file => LockFiles.Contains(file.Name) && !file.IsTest);
        if (locked is null || snapshot.Entries.Any(file => Tools.Contains(file.Path) || file.Path.StartsWith("updatecli/", StringComparison.Ordinal)))
        {
            yield break;
        }

        var elsewhere = snapshot.Find("package.json")?.Json().Root?["renovate"] is not null
            || snapshot.In(".github/workflows").Where(Workflow.IsWorkflowPath).Any(file =>
                file.Text.Contains("renovate", StringComparison.OrdinalIgnoreCase) || file.Text.Contains("update-flake", StringComparison.OrdinalIgnoreCase)
                || file.Text.Contains("updatecli", StringComparison.OrdinalIgnoreCase));
        if (!elsewhere)
        {
            yield return Descriptor.At(new Location(locked.Path, 0, 0), $"Nothing in the repository keeps what '{locked.Path}' locks up to date.");
        }
    }
}
