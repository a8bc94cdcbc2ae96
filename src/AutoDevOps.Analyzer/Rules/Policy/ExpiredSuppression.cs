using AutoDevOps.Analyzer.Policies;

namespace AutoDevOps.Analyzer.Rules.Policy;

/// <summary>Flags suppressions of <c>.autodevops.yml</c> whose day is over.</summary>
internal sealed class ExpiredSuppression : IDatedRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "POL006", "expired-suppression", Category.CodeQuality, Severity.Low,
        What: "A suppression in `.autodevops.yml` whose last day is over.",
        Why: "It holds nothing back any more, and the reason that it was to end has come.",
        Remedy: "Mend what it held back and delete it, or decide anew and set another day.")
    {
        References = ["CWE-1110"],
        Confidence = 1,
    };

    public bool HasSubject(RepositorySnapshot snapshot) => snapshot.Policy.Suppressions.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, DateOnly today) =>
        snapshot.Policy.Suppressions.Where(suppression => suppression.Until < today).Select(suppression =>
            Descriptor.At(PolicyFile.Name, suppression.Line, $"The suppression of {suppression.Rule} ended on {suppression.Until:yyyy-MM-dd}: {suppression.Reason}"));
}
