namespace AutoDevOps.Analyzer.Tests.Rules;

public sealed class FingerprintTests
{
    private const string Dockerfile = "FROM debian\nRUN a\nFROM debian\nCMD b\n";

    private static string[] Of(string text, string path = "Dockerfile") =>
        [.. RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText((path, text)), new() { Rules = new HashSet<string> { "unpinned-base-image" } }, cancellationToken: TestContext.Current.CancellationToken)
            .Findings.Select(finding => finding.Fingerprint)];

    [Fact]
    public void It_is_the_same_on_every_run_and_the_same_for_ever()
    {
        Assert.Equal(Of(Dockerfile), Of(Dockerfile));

        // A baseline of last year must still be understood: whoever changes this breaks every one there is.
        Assert.Equal(["b21ccbe36c7e6d0456a2014bff6e94b1", "30369c42c228c714dbac8b3721e9772a"], Of(Dockerfile));
    }

    [Fact]
    public void It_survives_when_lines_move_and_other_lines_change()
    {
        Assert.Equal(Of(Dockerfile), Of("# a comment\n\nARG x\n" + Dockerfile));
        Assert.Equal(Of(Dockerfile), Of(Dockerfile.Replace("RUN a", "RUN something else", StringComparison.Ordinal)));
        Assert.Equal(Of(Dockerfile), Of(Dockerfile.Replace("FROM debian", "   FROM \t debian", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_does_not_depend_on_how_a_system_ends_its_lines() =>
        Assert.Equal(Of(Dockerfile), Of(Dockerfile.Replace("\n", "\r\n", StringComparison.Ordinal)));

    [Fact]
    public void Two_findings_on_equal_lines_have_two()
    {
        var both = Of(Dockerfile);
        Assert.Equal(2, both.Distinct().Count());

        // Mending the second leaves the first as it was.
        Assert.Equal([both[0]], Of(Dockerfile.Replace("RUN a\nFROM debian", "RUN a\nFROM debian:13", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_changes_with_the_flagged_line_the_file_and_the_rule()
    {
        Assert.Empty(Of(Dockerfile).Intersect(Of(Dockerfile.Replace("debian", "alpine", StringComparison.Ordinal))));
        Assert.Empty(Of(Dockerfile).Intersect(Of(Dockerfile, "web/Dockerfile")));
        var all = RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText(("Dockerfile", "FROM debian\nCMD x\n")), AnalysisOptions.Default, cancellationToken: TestContext.Current.CancellationToken).Findings;
        Assert.Equal(all.Count, all.Select(finding => finding.Fingerprint).Distinct().Count());
        Assert.All(all, finding => Assert.Matches("^[0-9a-f]{32}$", finding.Fingerprint));
    }

    [Fact]
    public void It_is_the_same_whatever_else_is_in_the_repository()
    {
        var options = new AnalysisOptions { Rules = new HashSet<string> { "unpinned-base-image" } };
        var among = RepositoryAnalyzer.Analyze(
            RepositorySnapshot.FromText(("z/Dockerfile", Dockerfile), ("Dockerfile", Dockerfile), ("a/Dockerfile", Dockerfile)), options, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Of(Dockerfile), among.Findings.Where(finding => finding.Location.Path == "Dockerfile").Select(finding => finding.Fingerprint));
    }
}
