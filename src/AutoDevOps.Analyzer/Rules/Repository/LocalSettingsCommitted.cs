using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags settings of one developer's machine.</summary>
internal sealed class LocalSettingsCommitted : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP007", "local-settings-committed", Category.Security, Severity.Medium,
        What: "A file for the settings of one machine in the repository: `.env.local`, `.env.*.local`, `local.settings.json`.",
        Why: "It holds what is not meant for others, such as keys, and overrides the settings of whoever clones the repository.",
        Remedy: "Delete it, add it to `.gitignore`, and change the keys that were in it.")
    {
        References = ["CWE-538", "CWE-312", "https://nextjs.org/docs/app/guides/environment-variables"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Files
            .Where(file => (file.Name == ".env.local" || (file.Name.StartsWith(".env.", StringComparison.Ordinal) && file.Name.EndsWith(".local", StringComparison.Ordinal)) || file.Name == "local.settings.json")
                && !file.IsTest && file.Lines().Any(line => line.Text.Contains('=', StringComparison.Ordinal) || line.Text.Contains(':', StringComparison.Ordinal)))
            .Select(file => Descriptor.At(new Location(file.Path, 0, 0), $"'{file.Name}' holds the settings of one machine."));
}
