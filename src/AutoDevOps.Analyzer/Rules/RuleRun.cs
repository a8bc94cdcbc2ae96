using System.Collections.Concurrent;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules.Suppressions;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Runs rules over a snapshot: file by file, files side by side; the outcome does not depend on which came first.</summary>
internal sealed class RuleRun
{
    private readonly RepositorySnapshot _snapshot;
    private readonly RepositoryModel _model;
    private readonly IReadOnlyList<IRule> _rules;
    private readonly IFileRule[] _fileRules;
    private readonly AnalysisOptions _options;
    private readonly IProgress<AnalysisProgress>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly PolicySuppressionList _decided;
    private readonly ZizmorConfiguration _zizmor;
    private readonly ConcurrentBag<Finding> _findings = [];
    private readonly ConcurrentBag<Diagnostic> _diagnostics = [];
    private readonly ConcurrentDictionary<Category, bool> _assessed = new();
    private readonly ConcurrentDictionary<string, InlineSuppressions?> _suppressions = new(StringComparer.Ordinal);
    private int _done;

    /// <param name="options">Of it, the day and what is remembered of other runs; which rules run was decided.</param>
    public RuleRun(
        RepositorySnapshot snapshot,
        RepositoryModel model,
        IReadOnlyList<IRule> rules,
        AnalysisOptions options,
        IProgress<AnalysisProgress>? progress,
        CancellationToken cancellationToken)
    {
        (_snapshot, _model, _rules, _options, _progress, _cancellationToken) = (snapshot, model, rules, options, progress, cancellationToken);
        _fileRules = [.. rules.OfType<IFileRule>()];
        _decided = new(snapshot, options.Today);
        _zizmor = new(snapshot);
    }

    public IEnumerable<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>The categories of which at least one rule had something to look at.</summary>
    public IReadOnlySet<Category> Assessed => _assessed.Keys.ToHashSet();

    public List<Finding> Execute()
    {
        var remembered = _options.Memory?.Of(_fileRules);
        var options = new ParallelOptions { CancellationToken = _cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(_snapshot.Files, options, file => Take(file, remembered));

        var whole = new RuleOutcome.Builder(Suppressions);
        foreach (var rule in _rules.OfType<IRepositoryRule>().Where(rule => _snapshot.IsWhole && rule.HasSubject(_snapshot, _model)))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            whole.Run(rule, "", long.MaxValue, () => rule.Check(_snapshot, _model));
        }

        foreach (var rule in _rules.OfType<IDatedRule>().Where(rule => _options.Today is not null && rule.HasSubject(_snapshot)))
        {
            whole.Run(rule, "", long.MaxValue, () => rule.Check(_snapshot, _options.Today!.Value));
        }

        Add(whole.Build());
        if (_snapshot.IsWhole)
        {
            _decided.Unused(_rules).ToList().ForEach(_diagnostics.Add);
        }

        return [.. _findings.ByPlace()];
    }

    private void Take(SnapshotFile file, FileMemory? remembered)
    {
        Add(remembered is null ? Check(file) : remembered.Recall(file, Check));
        var done = Interlocked.Increment(ref _done);
        if (_progress is not null && (done % 50 == 0 || done == _snapshot.Files.Count))
        {
            _progress.Report(new("rules", done, _snapshot.Files.Count));
        }
    }

    private RuleOutcome Check(SnapshotFile file)
    {
        string? text = null;
        file.Hold();
        var outcome = new RuleOutcome.Builder(Suppressions);
        foreach (var rule in _fileRules)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (rule.Reads(file))
            {
                // Held until the last rule has seen it, or each might load it anew.
                text ??= file.Text;
                outcome.Run(rule, file.Path, WorkBudget.PerRuleAndFile, () => rule.Check(file));
            }
        }

        if (text?.Contains(OwnComment.Word, StringComparison.Ordinal) == true)
        {
            Suppressions(file.Path)?.Problems.ToList().ForEach(outcome.Tell);
        }

        GC.KeepAlive(text);
        file.Release();
        return outcome.Build();
    }

    /// <summary>What the comments of a file say may stay, or null where they say nothing.</summary>
    private InlineSuppressions? Suppressions(string path) => path.Length == 0 ? null : _suppressions.GetOrAdd(path, sought =>
    {
        // On nobody's account: which rule finds something first must not decide how far it comes.
        using (WorkBudget.Limit(long.MaxValue))
        {
            return _snapshot.Find(sought) is { IsRead: true } file ? InlineSuppressions.Of(file) : null;
        }
    });

    private void Add(RuleOutcome outcome)
    {
        foreach (var finding in outcome.Findings.Where(finding => !finding.Rule.CanBeIgnored || (!_decided.Cover(finding) && !_zizmor.Cover(finding))))
        {
            _findings.Add(finding);
        }

        outcome.Diagnostics.ToList().ForEach(_diagnostics.Add);
        outcome.Assessed.ToList().ForEach(category => _assessed[category] = true);
    }
}
