namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>A comment in a file says that a finding may stay.</summary>
public sealed class InlineSuppressionTests
{
    private const string Install = "RUN apt-get update && apt-get install curl\n";

    [Fact]
    public void Without_a_comment_it_is_found() => Assert.Equal(["CNT006:2", "CNT007:2"], Findings("FROM debian:13\n" + Install));

    [Theory]
    [InlineData("# hadolint ignore=DL3014\n", "CNT007:3")]
    [InlineData("# hadolint ignore=DL3014,DL3009\n", "")]
    [InlineData("#hadolint   ignore = DL3014 , DL3009\n", "")]
    [InlineData("# hadolint ignore=DL3014\n# because of this\n\n# hadolint ignore=DL3009\n", "")]
    [InlineData("# hadolint ignore=DL4000\n", "CNT006:3 CNT007:3")]
    [InlineData("# please hadolint ignore=DL3014\n", "CNT006:3 CNT007:3")]
    [InlineData("# autodevops-ignore: CNT006 it answers itself\n", "CNT007:3")]
    [InlineData("# autodevops-ignore: missing-yes-flag,cnt007 it answers itself\n", "")]
    public void The_comment_above_an_instruction_holds_for_that(string comment, string expected) =>
        Assert.Equal(expected, string.Join(' ', Findings("FROM debian:13\n" + comment + Install).Select(found => found.Split(':')[0] + ":3")));

    [Fact]
    public void It_holds_for_one_instruction_only_and_for_all_of_its_lines()
    {
        var found = Findings("FROM debian:13\n# hadolint ignore=DL3014,DL3009\nRUN apt-get update && \\\n    apt-get install curl\n" + Install);

        Assert.Equal(["CNT006:5", "CNT007:5"], found);
    }

    [Fact]
    public void A_global_one_holds_for_the_file_wherever_it_stands() =>
        Assert.Empty(Findings("FROM debian:13\n" + Install + "# hadolint global ignore=DL3014, DL3009\n" + Install));

    [Fact]
    public void What_stands_inside_an_instruction_or_a_heredoc_is_no_comment() =>
        Assert.Equal(["CNT006:6"], Findings("FROM debian:13\nCOPY <<EOF /x\n# hadolint ignore=DL3014\nEOF\nRUN a && \\\n    apt-get install curl\n"));

    [Theory]
    [InlineData("CNT006", "autodevops-ignore says no reason. Nothing is ignored; write one after the rule.")]
    [InlineData("CNT999 because", "autodevops-ignore names no rule: 'CNT999'. Nothing is ignored.")]
    public void One_that_holds_nothing_is_told(string comment, string problem)
    {
        var result = Analyze($"FROM debian:13\n# autodevops-ignore: {comment}\n{Install}");

        Assert.Contains(result.Findings, finding => finding.Rule.Id == "CNT006");
        Assert.Equal([$"Dockerfile:2 {problem}"], result.Diagnostics.Select(diagnostic => $"{diagnostic.Path}:{diagnostic.Line} {diagnostic.Message}"));
    }

    [Fact]
    public void Rules_that_read_more_than_one_file_are_held_back_too()
    {
        Assert.Contains("CNT004:2", Findings("FROM debian:13\nCOPY . /app\n", "CNT004"));
        Assert.Empty(Findings("FROM debian:13\n# autodevops-ignore: CNT004 built from an export\nCOPY . /app\n", "CNT004"));
    }

    [Theory]
    [InlineData("# check=skip=MaintainerDeprecated\n", true)]
    [InlineData("# syntax=docker/dockerfile:1\n# check=error=true;skip=JSONArgsRecommended,MaintainerDeprecated\n", true)]
    [InlineData("# check=skip=JSONArgsRecommended\n", false)]
    [InlineData("FROM alpine:3.23\n# check=skip=MaintainerDeprecated\n", false)]
    public void What_Docker_itself_is_told_to_skip_is_skipped(string first, bool skipped) =>
        Assert.Equal(skipped, !Findings(first + "FROM debian:13\nMAINTAINER x\n", "CNT041").Any());

    [Fact]
    public void A_score_does_not_fall_for_what_may_stay()
    {
        var score = Analyze("FROM debian:13\n# hadolint ignore=DL3014,DL3009\n" + Install).Scores;

        Assert.Equal(Analyze("FROM debian:13\n").Scores.Overall, score.Overall);
    }

    private static IEnumerable<string> Findings(string text, params string[] rules) =>
        Analyze(text).Findings.Where(finding => rules.Length == 0 ? finding.Rule.Id is "CNT006" or "CNT007" : rules.Contains(finding.Rule.Id)).Select(finding => $"{finding.Rule.Id}:{finding.Location.StartLine}").Order(StringComparer.Ordinal);

    private static AnalysisResult Analyze(string text) => RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText(("Dockerfile", text)), AnalysisOptions.Default);
}
