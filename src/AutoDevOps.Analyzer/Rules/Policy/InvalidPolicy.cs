using AutoDevOps.Analyzer.Policies;

namespace AutoDevOps.Analyzer.Rules.Policy;

/// <summary>Flags mistakes in <c>.autodevops.yml</c>.</summary>
internal sealed class InvalidPolicy : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "POL001", "invalid-policy", Category.CiCd, Severity.High,
        What: "A policy file with a key or value that is not known.",
        Why: "Nothing of a file with a mistake holds, so that what it allows and requires is not looked after.",
        Remedy: "Correct the line; `autodevops schema policy` prints what may stand there.")
    {
        References = ["https://json-schema.org/understanding-json-schema/reference/object"],
    };

    public bool Reads(SnapshotFile file) => file.Path == PolicyFile.Name;

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        PolicyFile.Parse(file.Path, file.Text).Problems.Select(problem => Descriptor.At(file.Path, problem.Line, problem.Message));
}
