using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Policy;

/// <summary>Flags folders that <c>.autodevops.yml</c> decides about and that hold no component. An organization's policy names none.</summary>
internal sealed class UnknownPolicyComponent : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "POL005", "unknown-policy-component", Category.CiCd, Severity.Medium,
        What: "A policy file that decides about the commands of a component which the repository does not have.",
        Why: "The folder was renamed, or never had that name, and what was decided for it holds nowhere.",
        Remedy: "Write the folder as `autodevops model` prints it, or take the lines out.")
    {
        References = ["https://json-schema.org/understanding-json-schema/reference/object"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Policy.Components.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Policy.UnknownComponents(model.Components).Select(unknown => Descriptor.At(unknown.Path, unknown.Line, unknown.Message));
}
