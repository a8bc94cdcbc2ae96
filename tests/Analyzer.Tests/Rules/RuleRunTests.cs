using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>What running rules promises whatever a rule does: bounds, order, and that one failure stops nothing else.</summary>
public sealed class RuleRunTests
{
    private static readonly RuleDescriptor Descriptor = new("TST001", "test-rule", Category.CodeQuality, Severity.Low, "What.", "Why.", "Do.");

    [Fact]
    public void A_rule_that_takes_too_many_steps_is_given_up_on_and_keeps_what_it_found_before()
    {
        var eager = new FileRule(file =>
        {
            List<Finding> found = [];
            for (var round = 0; round < 100; round++)
            {
                found.AddRange(file.Lines().Where(line => line.Number == 1).Select(line => Descriptor.At(file.Path, line.Number, $"round {round}")));
            }

            return found;
        });
        var lazy = new FileRule(Rounds);
        var text = string.Concat(Enumerable.Repeat("x\n", 100_000));

        var (none, gaveUp) = Run([("a.txt", text)], eager);
        Assert.Empty(none);
        Assert.Equal(["a.txt: TST001 test-rule was given up on here: the file takes more work than a rule may do."], gaveUp);

        // Five million steps, a hundred thousand lines: forty-nine rounds and a part of the fiftieth, on every machine.
        var (some, again) = Run([("a.txt", text)], lazy);
        Assert.Equal(50, some.Count);
        Assert.Equal(gaveUp, again);
        Assert.Equal(some.Select(finding => finding.Message), Run([("a.txt", text)], lazy).Findings.Select(finding => finding.Message));

        static IEnumerable<Finding> Rounds(SnapshotFile file)
        {
            for (var round = 0; round < 100; round++)
            {
                foreach (var (number, _) in file.Lines())
                {
                    if (number == 1)
                    {
                        yield return Descriptor.At(file.Path, 1, $"round {round:00}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Every_file_has_a_budget_of_its_own()
    {
        var text = string.Concat(Enumerable.Repeat("x\n", 100_000));
        var rule = new FileRule(file => Enumerable.Range(0, 40).SelectMany(_ => file.Lines()).Where(line => line.Number == 0).Select(_ => Descriptor.At(file.Path, 1, "x")));

        Assert.Empty(Run([("a.txt", text), ("b.txt", text), ("c.txt", text)], rule).Diagnostics);
    }

    [Fact]
    public void What_a_rule_gets_wrong_costs_that_rule_on_that_file()
    {
        var (findings, diagnostics) = Run(
            [("a.txt", "x"), ("b.txt", "x")],
            new FileRule(file => file.Path == "a.txt" ? throw new InvalidOperationException("Oops.") : [Descriptor.At(file.Path, 1, "seen")]));

        Assert.Equal(["b.txt:1 seen"], findings.Select(finding => $"{finding.Location} {finding.Message}"));
        Assert.Equal(["a.txt: TST001 test-rule failed: Oops."], diagnostics);
    }

    [Fact]
    public void Of_one_rule_in_one_file_a_hundred_findings_are_listed()
    {
        var rule = new FileRule(file => Enumerable.Range(1, int.Parse(file.Text, null)).Select(number => Descriptor.At(file.Path, number, "x")));

        Assert.Equal(100, Run([("a.txt", "100")], rule).Findings.Count);
        Assert.Empty(Run([("a.txt", "100")], rule).Diagnostics);
        var (findings, diagnostics) = Run([("a.txt", "101"), ("b.txt", "3")], rule);
        Assert.Equal(103, findings.Count);
        Assert.Equal(["a.txt: TST001 test-rule: only the first 100 findings are listed."], diagnostics);
    }

    [Fact]
    public void The_same_words_at_the_same_place_are_one_finding()
    {
        var rule = new FileRule(file => [Descriptor.At(file.Path, 1, "x"), Descriptor.At(file.Path, 1, "x"), Descriptor.At(file.Path, 1, "y"), Descriptor.At(file.Path, 2, "x")]);

        Assert.Equal(["a:1 x", "a:1 y", "a:2 x"], Run([("a", "")], rule).Findings.Select(finding => $"{finding.Location} {finding.Message}"));
    }

    [Fact]
    public void A_step_that_is_written_once_and_used_thrice_is_flagged_once()
    {
        var result = Analyze((".github/workflows/ci.yml", """
            on: push
            permissions: {}
            jobs:
              a:
                runs-on: ubuntu-24.04
                steps: &steps
                  - uses: someone/something@v1
              b:
                runs-on: ubuntu-24.04
                steps: *steps
              c:
                runs-on: ubuntu-24.04
                steps: *steps
            """));

        Assert.Equal([7], result.Findings.Where(finding => finding.Rule.Name == "unpinned-action").Select(finding => finding.Location.StartLine));
    }

    [Fact]
    public void A_message_is_of_a_length_that_can_be_read()
    {
        var rule = new FileRule(file => [Descriptor.At(file.Path, 1, "'" + new string('x', 499) + "😀"), Descriptor.At(file.Path, 2, new string('y', 5_000_000))]);
        var messages = Run([("a", "")], rule).Findings.ConvertAll(finding => finding.Message);

        Assert.Equal(["'" + new string('x', 499) + "…", new string('y', 500) + "…"], messages);
        Assert.Equal("'" + new string('x', 498) + "…", Run([("a", "")], new FileRule(file => [Descriptor.At(file.Path, 1, "'" + new string('x', 498) + "😀")])).Findings[0].Message);
    }

    [Fact]
    public void A_patch_of_lines_that_no_person_wrote_is_not_offered()
    {
        var rule = new FileRule(file => new[] { 100, 20_000, 20_001 }.Select(length =>
            Descriptor.At(file.Path, 1, $"{length}") with { Fix = new("Replace it.", file.Path, [new(1, 1, new string('x', length))]) }));

        Assert.Equal(["100", "20000"], Run([("a", "")], rule).Findings.Where(finding => finding.Fix is not null).Select(finding => finding.Message));
    }

    [Fact]
    public void Findings_come_in_the_order_of_their_places()
    {
        var rule = new FileRule(file => [Descriptor.At(file.Path, 3, "x"), Descriptor.At(new Location(file.Path, 1, 1, 9, 9), "x"), Descriptor.At(new Location(file.Path, 1, 1, 2, 3), "b"), Descriptor.At(new Location(file.Path, 1, 1, 2, 3), "a")]);

        Assert.Equal(
            ["a 1:2 a", "a 1:2 b", "a 1:9 x", "a 3:0 x", "b 1:2 a", "b 1:2 b", "b 1:9 x", "b 3:0 x"],
            Run([("b", ""), ("a", "")], rule).Findings.Select(finding => $"{finding.Location.Path} {finding.Location.StartLine}:{finding.Location.StartColumn} {finding.Message}"));
    }

    [Fact]
    public void A_rule_about_repositories_runs_only_where_it_has_a_subject()
    {
        var rule = new RepositoryRule();
        Assert.Single(Run([("subject.txt", "")], rule).Findings);
        Assert.Empty(Run([("other.txt", "")], rule).Findings);
        Assert.True(Assesses(rule, "subject.txt"));
        Assert.False(Assesses(rule, "other.txt"));
    }

    /// <summary>A category of which nothing could be looked at has no value, and above all not the best one.</summary>
    [Fact]
    public void What_has_no_subject_is_not_assessed()
    {
        var scores = Analyze(("notes.bin2", "nothing that any rule reads\n")).Scores;
        Assert.All(scores.Categories.Where(category => category.Category is Category.CiCd or Category.Dependencies), category => Assert.Null(category.Value));

        var withManifest = Analyze(("package.json", "{\"name\": \"x\", \"dependencies\": {\"left-pad\": \"1.3.0\"}}")).Scores;
        Assert.NotNull(withManifest.Categories.Single(category => category.Category == Category.Dependencies).Value);
    }

    [Fact]
    public void A_part_of_a_repository_is_not_blamed_for_what_may_lie_elsewhere()
    {
        var files = RepositorySnapshot.FromText(("src/package.json", "{\"name\": \"x\", \"dependencies\": {\"left-pad\": \"1.3.0\"}}"), ("src/Dockerfile", "FROM debian\nCOPY . .\nCMD x\n"));
        var part = new RepositorySnapshot(files.Entries) { IsWhole = false };

        var found = RepositoryAnalyzer.Analyze(part, new() { Strict = true }, cancellationToken: TestContext.Current.CancellationToken).Findings;
        Assert.NotEmpty(found);
        Assert.All(found, finding => Assert.IsAssignableFrom<IFileRule>(RuleCatalog.All.Single(rule => rule.Descriptor == finding.Rule)));
        Assert.Contains(RepositoryAnalyzer.Analyze(files, new() { Strict = true }, cancellationToken: TestContext.Current.CancellationToken).Findings, finding => finding.Rule.Name == "missing-dockerignore");
    }

    [Theory]
    [InlineData("keys/id_rsa", true)]
    [InlineData("src/tls.pem", true)]
    [InlineData("_fixture/id_rsa", false)]
    [InlineData("lib/__fixtures__/id_rsa", false)]
    [InlineData("testdata/server.pem", false)]
    [InlineData("_examples/tls/key.pem", false)]
    [InlineData("examples_of_ours/key.pem", true)]
    public void A_key_among_samples_is_not_called_a_leak(string path, bool flagged)
    {
        var result = Analyze((path, FakeSecrets.Fill("@@BEGIN:RSA @@\n@@DER@@\n@@END:RSA @@\n")));
        Assert.Equal(flagged, result.Findings.Any(finding => finding.Rule.Name == "private-key"));
    }

    private static bool Assesses(IRule rule, string path)
    {
        var run = new RuleRun(RepositorySnapshot.FromText((path, "")), RepositoryModel.Empty, [rule], AnalysisOptions.Default, null, TestContext.Current.CancellationToken);
        run.Execute();
        return run.Assessed.Contains(rule.Descriptor.Category);
    }

    [Theory]
    [InlineData(1, "1 finding")]
    [InlineData(2, "0 findings, a.txt: TST001 test-rule was given up on here: the file takes more work than a rule may do.")]
    public void On_a_busy_machine_a_pattern_that_ran_out_of_time_is_tried_once_more(int timeouts, string expected)
    {
        var attempts = 0;
        var (findings, diagnostics) = Run([("a.txt", "x")], new FileRule(Slow));

        Assert.Equal(expected, string.Join(", ", [findings.Count == 1 ? "1 finding" : $"{findings.Count} findings", .. diagnostics]));

        IEnumerable<Finding> Slow(SnapshotFile file)
        {
            yield return ++attempts <= timeouts ? throw new System.Text.RegularExpressions.RegexMatchTimeoutException() : Descriptor.At(file.Path, 1, "found");
        }
    }

    private static (List<Finding> Findings, List<string> Diagnostics) Run((string Path, string Text)[] files, IRule rule)
    {
        var run = new RuleRun(RepositorySnapshot.FromText(files), RepositoryModel.Empty, [rule], AnalysisOptions.Default, null, TestContext.Current.CancellationToken);
        return (run.Execute(), [.. run.Diagnostics.Select(diagnostic => $"{diagnostic.Path}: {diagnostic.Message}").Order(StringComparer.Ordinal)]);
    }

    private static AnalysisResult Analyze(params (string Path, string Text)[] files) =>
        RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText(files), AnalysisOptions.Default, cancellationToken: TestContext.Current.CancellationToken);

    private sealed class FileRule(Func<SnapshotFile, IEnumerable<Finding>> check) : IFileRule
    {
        public RuleDescriptor Descriptor => RuleRunTests.Descriptor;

        public bool Reads(SnapshotFile file) => true;

        public IEnumerable<Finding> Check(SnapshotFile file) => check(file);
    }

    private sealed class RepositoryRule : IRepositoryRule
    {
        public RuleDescriptor Descriptor => RuleRunTests.Descriptor;

        public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Find("subject.txt") is not null;

        public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model) => [Descriptor.At(Location.Repository, "x")];
    }
}
