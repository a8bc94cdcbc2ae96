using AutoDevOps.Analyzer.Policies;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>The suppressions of <c>.autodevops.yml</c> that hold on a day, and which of them held anything back.</summary>
internal sealed class PolicySuppressionList
{
    private readonly Entry[] _entries;

    /// <param name="today">Null: none has ended.</param>
    public PolicySuppressionList(RepositorySnapshot snapshot, DateOnly? today) =>
        _entries = [.. snapshot.Policy.Suppressions.Where(suppression => today is null || !(suppression.Until < today)).Select(suppression => new Entry(suppression))];

    /// <summary>Whether one of them says that the finding may stay.</summary>
    public bool Cover(Finding finding)
    {
        var isCovered = false;
        foreach (var entry in _entries)
        {
            isCovered |= entry.Cover(finding);
        }

        return isCovered;
    }

    /// <summary>What held nothing back although its rule ran.</summary>
    public IEnumerable<Diagnostic> Unused(IEnumerable<IRule> ran)
    {
        var ids = ran.Select(rule => rule.Descriptor.Id).ToHashSet(StringComparer.Ordinal);
        return _entries.Where(entry => !entry.IsUsed && ids.Contains(entry.Rule.Id)).Select(entry => new Diagnostic(
            PolicyFile.Name, entry.Suppression.Line,
            $"The suppression of {entry.Suppression.Rule}{(entry.Suppression.Paths is { } paths ? $" in {paths}" : "")} holds nothing back: there is no such finding. Delete it."));
    }

    private sealed class Entry(PolicySuppression suppression)
    {
        private readonly Func<string, bool>? _matches = suppression.Paths is { } paths ? RepositorySnapshot.Matching([paths]) : null;
        private volatile bool _isUsed;

        public PolicySuppression Suppression => suppression;

        public RuleDescriptor Rule { get; } = RuleCatalog.Find(suppression.Rule)!;

        public bool IsUsed => _isUsed;

        public bool Cover(Finding finding)
        {
            if (finding.Rule.Id != Rule.Id || (_matches is not null && (finding.Location.Path.Length == 0 || !_matches(finding.Location.Path))))
            {
                return false;
            }

            return _isUsed = true;
        }
    }
}
