using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules.Secrets;
using AutoDevOps.Analyzer.Rules.Suppressions;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Runs rules over a snapshot: file by file, files side by side; the outcome does not depend on which came first.</summary>
internal sealed class RuleRun(
    RepositorySnapshot snapshot,
    RepositoryModel model,
    IReadOnlyList<IRule> rules,
    DateOnly? today,
    IProgress<AnalysisProgress>? progress,
    CancellationToken cancellationToken)
{
    /// <summary>More of one rule in one file says nothing new, and a hostile file could hold millions.</summary>
    private const int MaxFindingsPerRuleAndFile = 100;

    /// <summary>A message quotes what a file says, which may be a line of a mebibyte.</summary>
    private const int MaxMessageLength = 500;

    private const int MaxFixLength = 20_000;

    private readonly ConcurrentBag<Finding> _findings = [];
    private readonly ConcurrentBag<Diagnostic> _diagnostics = [];
    private readonly ConcurrentDictionary<Category, bool> _assessed = new();
    private readonly ConcurrentDictionary<string, InlineSuppressions?> _suppressions = new(StringComparer.Ordinal);
    private readonly PolicySuppressionList _decided = new(snapshot, today);
    private int _done;

    public IEnumerable<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>The categories of which at least one rule had something to look at.</summary>
    public IReadOnlySet<Category> Assessed => _assessed.Keys.ToHashSet();

    public List<Finding> Execute()
    {
        var fileRules = rules.OfType<IFileRule>().ToArray();
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(snapshot.Files, options, file => CheckFile(file, fileRules));
        foreach (var rule in rules.OfType<IRepositoryRule>().Where(_ => snapshot.IsWhole))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rule.HasSubject(snapshot, model))
            {
                _assessed[rule.Descriptor.Category] = true;
                Guard(rule, "", long.MaxValue, () => rule.Check(snapshot, model));
            }
        }

        ExecuteDated();
        if (snapshot.IsWhole)
        {
            _decided.Unused(rules).ToList().ForEach(_diagnostics.Add);
        }

        return [.. _findings.ByPlace()];
    }

    private void ExecuteDated()
    {
        foreach (var rule in rules.OfType<IDatedRule>().Where(rule => today is not null && rule.HasSubject(snapshot)))
        {
            _assessed[rule.Descriptor.Category] = true;
            Guard(rule, "", long.MaxValue, () => rule.Check(snapshot, today!.Value));
        }
    }

    private void CheckFile(SnapshotFile file, IFileRule[] fileRules)
    {
        string? text = null;
        file.Hold();
        foreach (var rule in fileRules)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rule.Reads(file))
            {
                // Held until the last rule has seen it, or each might load it anew.
                text ??= file.Text;
                _assessed[rule.Descriptor.Category] = true;
                Guard(rule, file.Path, WorkBudget.PerRuleAndFile, () => rule.Check(file));
            }
        }

        if (text?.Contains(OwnComment.Word, StringComparison.Ordinal) == true)
        {
            foreach (var problem in Suppressions(file.Path)?.Problems ?? [])
            {
                _diagnostics.Add(problem);
            }
        }

        GC.KeepAlive(text);
        file.Release();
        var done = Interlocked.Increment(ref _done);
        if (progress is not null && (done % 50 == 0 || done == snapshot.Files.Count))
        {
            progress.Report(new("rules", done, snapshot.Files.Count));
        }
    }

    /// <summary>A rule's own mistake costs that rule on that file, and is told; everything else goes on.</summary>
    private void Guard(IRule rule, string path, long steps, Func<IEnumerable<Finding>> check)
    {
        try
        {
            using (WorkBudget.Limit(steps))
            {
                Collect(rule, check());
            }
        }
        catch (Exception problem) when (problem is WorkBudgetException or RegexMatchTimeoutException)
        {
            _diagnostics.Add(new(path, 0, $"{rule.Descriptor.Id} {rule.Descriptor.Name} was given up on here: the file takes more work than a rule may do."));
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            _diagnostics.Add(new(path, 0, $"{rule.Descriptor.Id} {rule.Descriptor.Name} failed: {problem.Message}"));
        }
    }

    /// <summary>A message as it may leave the analyzer: of bounded length, and without what could be a secret in the text it quotes.</summary>
    private static string Told(string message)
    {
        var text = SecretRedactor.Redact(Printable.Cut(message, 20 * MaxMessageLength));
        return text.Length > MaxMessageLength ? Printable.Cut(text, MaxMessageLength) + "…" : text;
    }

    /// <summary>A patch holds whole lines. Lines that no person wrote are not patched, and not kept; nor are lines with a secret in them, which would
    /// leave with every output.</summary>
    private static Fix? Kept(Fix? fix) =>
        fix?.Edits.Sum(edit => edit.Text?.Length ?? 0) > MaxFixLength || fix?.Edits.Any(edit => edit.Text is { } text && SecretRedactor.IsNeeded(text)) == true ? null : fix;

    /// <summary>What the comments of a file say may stay, or null where none are read.</summary>
    private InlineSuppressions? Suppressions(string path) => path.Length == 0 ? null : _suppressions.GetOrAdd(path, sought =>
    {
        // On nobody's account: which rule finds something first must not decide how far it comes.
        using (WorkBudget.Limit(long.MaxValue))
        {
            return snapshot.Find(sought) is { IsRead: true } file ? InlineSuppressions.Of(file) : null;
        }
    });

    private void Collect(IRule rule, IEnumerable<Finding> findings)
    {
        Dictionary<string, int>? perFile = null;
        HashSet<(Location Location, string Message)>? told = null;
        foreach (var finding in findings)
        {
            // A YAML anchor is read once for each of its aliases, and is one place all the same.
            var message = Told(finding.Message);
            if (rule.Descriptor.CanBeIgnored && (Suppressions(finding.Location.Path)?.Cover(finding) == true | _decided.Cover(finding)))
            {
                continue;
            }

            if (!(told ??= []).Add((finding.Location, message)))
            {
                continue;
            }

            perFile ??= new(StringComparer.Ordinal);
            var count = perFile[finding.Location.Path] = perFile.GetValueOrDefault(finding.Location.Path) + 1;
            if (count > MaxFindingsPerRuleAndFile)
            {
                _diagnostics.Add(new(finding.Location.Path, 0, $"{rule.Descriptor.Id} {rule.Descriptor.Name}: only the first {MaxFindingsPerRuleAndFile} findings are listed."));
                break;
            }

            _findings.Add(finding with { Message = message, Fix = Kept(finding.Fix) });
        }
    }
}
