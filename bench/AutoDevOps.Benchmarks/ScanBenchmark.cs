using System.Diagnostics;
using System.Globalization;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Scoring;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Benchmarks;

/// <summary>Takes a scan of a folder apart: time and memory of each stage, and of each rule on one core.</summary>
/// <remarks>The second round is printed: the first fills the disk's cache and compiles the code.</remarks>
internal static class ScanBenchmark
{
    private const int RulesShown = 10;

    public static int Run(string path)
    {
        if (!Directory.Exists(path))
        {
            Console.Error.WriteLine($"'{path}' is no folder.");
            return 2;
        }

        Stages(path, print: false);
        Stages(path, print: true);
        Rules(path);
        return 0;
    }

    private static void Stages(string path, bool print)
    {
        var total = Stopwatch.StartNew();
        var allocated = GC.GetTotalAllocatedBytes();
        var snapshot = Stage("list and classify", print, () => FolderSnapshot.Read(path, SnapshotLimits.Default, CancellationToken.None));
        var bytes = snapshot.Files.Sum(file => file.Size);
        Stage("load and decode (one core)", print, () => snapshot.Files.Sum(file => (long)file.Text.Length));
        var model = Stage("detect", print, () => RepositoryModelBuilder.Build(snapshot).Model);
        var options = AnalysisOptions.Default with { Memory = new AnalysisMemory().For("") };
        List<IRule> all = [.. RuleCatalog.All.Where(rule => !rule.Descriptor.Strict)];
        var run = new RuleRun(snapshot, model, all, options, null, CancellationToken.None);
        var rules = Stopwatch.StartNew();
        var found = Stage($"rules ({Environment.ProcessorCount} cores)", print, run.Execute);
        rules.Stop();
        Stage("rules again, nothing changed", print, new RuleRun(snapshot, model, all, options, null, CancellationToken.None).Execute);
        var findings = Stage("fingerprints", print, () => Fingerprints.Assign(snapshot, found));
        var scores = Stage("scores", print, () => Scorer.Score(findings, run.Assessed));
        Stage("JSON", print, () =>
        {
            JsonReport.Write(new(model, findings, scores, snapshot.Coverage, snapshot.Diagnostics), Stream.Null);
            return 0;
        });
        if (print)
        {
            total.Stop();
            var megabytes = bytes / 1e6;
            Line($"{snapshot.Entries.Count} files, {snapshot.Files.Count} read, {megabytes:F1} MB, {findings.Count} findings");
            Line($"all stages {total.Elapsed.TotalMilliseconds:F0} ms: {snapshot.Entries.Count / total.Elapsed.TotalSeconds:F0} files/s, {megabytes / total.Elapsed.TotalSeconds:F1} MB/s; rules alone {megabytes / rules.Elapsed.TotalSeconds:F1} MB/s");
            Line($"{(GC.GetTotalAllocatedBytes() - allocated) / 1e6:F1} MB allocated, {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB held at most");
        }
    }

    /// <summary>Every file rule on every file, one after the other, so that each can be told from the others.</summary>
    private static void Rules(string path)
    {
        var snapshot = FolderSnapshot.Read(path, SnapshotLimits.Default, CancellationToken.None);
        var times = new Dictionary<IFileRule, (long Ticks, int Files)>();
        foreach (var file in snapshot.Files)
        {
            var text = file.Text;
            foreach (var rule in RuleCatalog.All.OfType<IFileRule>().Where(rule => rule.Reads(file)))
            {
                var start = Stopwatch.GetTimestamp();
                Check(rule, file);
                var (ticks, files) = times.GetValueOrDefault(rule);
                times[rule] = (ticks + Stopwatch.GetTimestamp() - start, files + 1);
            }

            GC.KeepAlive(text);
            file.Release();
        }

        var megabytes = snapshot.Files.Sum(file => file.Size) / 1e6;
        var all = Stopwatch.GetElapsedTime(0, times.Values.Sum(time => time.Ticks));
        Line($"file rules on one core: {all.TotalMilliseconds:F0} ms, {megabytes / all.TotalSeconds:F1} MB/s; the {RulesShown} that take most (the first on a file pays for parsing it):");
        foreach (var (rule, (ticks, files)) in times.OrderByDescending(entry => entry.Value.Ticks).Take(RulesShown))
        {
            Line($"  {Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds,9:F1} ms  {files,6} files  {rule.Descriptor.Id} {rule.Descriptor.Name}");
        }
    }

    private static void Check(IFileRule rule, SnapshotFile file)
    {
        try
        {
            using (WorkBudget.Limit(WorkBudget.PerRuleAndFile))
            {
                foreach (var _ in rule.Check(file).Take(100))
                {
                }
            }
        }
        catch (WorkBudgetException)
        {
            Line($"  {rule.Descriptor.Name} was given up on at {file.Path}");
        }
    }

    private static T Stage<T>(string name, bool print, Func<T> work)
    {
        var before = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        var result = work();
        if (print)
        {
            Line($"  {watch.Elapsed.TotalMilliseconds,9:F1} ms  {(GC.GetTotalAllocatedBytes() - before) / 1e6,8:F1} MB allocated  {name}");
        }

        return result;
    }

    private static void Line(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
