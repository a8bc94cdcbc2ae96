using System.Diagnostics;
using System.Text;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>No file may take more than a second and 100 MB. Here garbage counts too; what is held at once is for the terminal's tests.</summary>
[Collection("alone")]
public sealed class HostileFileTests
{
    private const long MaxBytes = 200_000_000;

    // Of all rules together, most of which parse the file once and find nothing.
    private const long MaxBytesTogether = 5 * MaxBytes;

    // The limit is a second; a machine that does other things too is given more before the test complains.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, SnapshotFile> Built = [];

    public static TheoryData<string> Kinds => [.. HostileFiles.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_made_to_be_expensive_costs_no_rule_more_than_a_second(string kind)
    {
        var file = File(kind);
        var rules = RuleCatalog.All.OfType<IFileRule>().Where(rule => rule.Reads(file)).ToList();
        Assert.NotEmpty(rules);
        // The time that all of them together keep to, each keeps to. Only else are they tried one by one; the formats of secrets share one search of
        // the file and are one here.
        if (Problem(file, "all", rules, MaxBytesTogether) is null)
        {
            return;
        }

        Assert.Empty(rules.GroupBy(rule => rule is SecretRule ? "secrets" : rule.Descriptor.Name).Select(group => Problem(file, group.Key, [.. group], MaxBytes)).OfType<string>());
    }

    private static string? Problem(SnapshotFile file, string name, IReadOnlyList<IFileRule> rules, long most)
    {
        var watch = Stopwatch.StartNew();
        var before = GC.GetTotalAllocatedBytes();
        new RuleRun(new RepositorySnapshot([file]), RepositoryModel.Empty, [.. rules], AnalysisOptions.Default, null, TestContext.Current.CancellationToken).Execute();
        var bytes = GC.GetTotalAllocatedBytes() - before;
        return watch.Elapsed > Patience ? $"{name} took {watch.Elapsed.TotalSeconds:F1} s."
            : bytes > most ? $"{name} allocated {bytes / 1_000_000} MB."
            : null;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Examined_as_a_repository_it_is_done_in_time_and_breaks_no_rule(string kind)
    {
        var watch = Stopwatch.StartNew();
        var result = RepositoryAnalyzer.Analyze(new([File(kind)]), new() { Strict = true }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(watch.Elapsed < 3 * Patience, $"The analysis took {watch.Elapsed.TotalSeconds:F1} s.");
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Message.Contains("failed", StringComparison.Ordinal));
        Assert.All(result.Findings, finding => Assert.True(finding.Message.Length < 2_000, $"{finding.Rule.Name} writes a message of {finding.Message.Length} characters."));
    }

    private static SnapshotFile File(string kind)
    {
        lock (Built)
        {
            if (!Built.TryGetValue(kind, out var file))
            {
                var text = HostileFiles.All[kind].Text();
                Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 3_000_000);
                Built.Add(kind, file = SnapshotFile.FromText(HostileFiles.All[kind].Path, text));
            }

            return file;
        }
    }
}

/// <summary>Tests that measure run when no other does.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;
