using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags the state of Terraform.</summary>
internal sealed class TerraformStateCommitted : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP009", "terraform-state-committed", Category.Security, Severity.High,
        What: "A file with the state of Terraform in the repository.",
        Why: "It holds every attribute of every resource in clear, passwords and keys among them.",
        Remedy: "Keep it in a remote backend; change what was in it, since it stays in the history.")
    {
        References = ["CWE-312", "CWE-538", "https://developer.hashicorp.com/terraform/language/state/sensitive-data"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries
            .Where(file => (file.Extension == ".tfstate" || file.Name.EndsWith(".tfstate.backup", StringComparison.Ordinal)) && file.Size > 300 && !file.IsTest)
            .Select(file => Descriptor.At(new Location(file.Path, 0, 0), $"'{file.Name}' holds every value that Terraform knows."));
}
