using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Runs rules over a snapshot: file by file, files side by side; the outcome does not depend on which came first.</summary>
internal sealed class RuleRun(
    RepositorySnapshot snapshot,
    RepositoryModel model,
    IReadOnlyList<IRule> rules,
    IProgress<AnalysisProgress>? progress,
    CancellationToken cancellationToken)
{
    /// <summary>More of one rule in one file says nothing new, and a hostile file could hold millions.</summary>
    private const int MaxFindingsPerRuleAndFile = 100;

    private readonly ConcurrentBag<Finding> _findings = [];
    private readonly ConcurrentBag<Diagnostic> _diagnostics = [];
    private readonly ConcurrentDictionary<Category, bool> _assessed = new();
    private int _done;

    public IEnumerable<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>The categories of which at least one rule had something to look at.</summary>
    public IReadOnlySet<Category> Assessed => _assessed.Keys.ToHashSet();

    public List<Finding> Execute()
    {
        var fileRules = rules.OfType<IFileRule>().ToArray();
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(snapshot.Files, options, file => CheckFile(file, fileRules));
        foreach (var rule in rules.OfType<IRepositoryRule>())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (snapshot.Entries.Count > 0)
            {
                _assessed[rule.Descriptor.Category] = true;
            }

            Guard(rule, "", () => rule.Check(snapshot, model));
        }

        return [.. _findings.ByPlace()];
    }

    private void CheckFile(SnapshotFile file, IFileRule[] fileRules)
    {
        foreach (var rule in fileRules)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rule.Reads(file))
            {
                _assessed[rule.Descriptor.Category] = true;
                Guard(rule, file.Path, () => rule.Check(file));
            }
        }

        var done = Interlocked.Increment(ref _done);
        if (progress is not null && (done % 50 == 0 || done == snapshot.Files.Count))
        {
            progress.Report(new("rules", done, snapshot.Files.Count));
        }
    }

    /// <summary>A rule's own mistake costs that rule on that file, and is told; everything else goes on.</summary>
    private void Guard(IRule rule, string path, Func<IEnumerable<Finding>> check)
    {
        try
        {
            var perFile = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var finding in check())
            {
                var count = perFile[finding.Location.Path] = perFile.GetValueOrDefault(finding.Location.Path) + 1;
                if (count > MaxFindingsPerRuleAndFile)
                {
                    _diagnostics.Add(new(finding.Location.Path, 0, $"{rule.Descriptor.Id} {rule.Descriptor.Name}: only the first {MaxFindingsPerRuleAndFile} findings are listed."));
                    break;
                }

                _findings.Add(finding);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            _diagnostics.Add(new(path, 0, $"{rule.Descriptor.Id} {rule.Descriptor.Name} took too long and was stopped."));
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            _diagnostics.Add(new(path, 0, $"{rule.Descriptor.Id} {rule.Descriptor.Name} failed: {problem.Message}"));
        }
    }
}
