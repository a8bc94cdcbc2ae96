using System.Net;
using System.Text;
using AutoDevOps.Analyzer.Reports;

namespace AutoDevOps.Analyzer.Tests.Reports;

public sealed class MarkdownReportTests
{
    [Fact]
    public void A_report_says_the_scores_with_their_reasons_then_the_findings_by_rule()
    {
        var (_, result) = ReportCases.Analyze("rule/unpinned-base-image");
        var lines = ReportCases.Markdown(result).Split('\n');

        Assert.StartsWith("# Analysis: ", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("| security | ", StringComparison.Ordinal) && line.Contains("unpinned-base-image ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("| ci_cd | ", StringComparison.Ordinal) && line.Contains("no-ci", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("## medium: unpinned-base-image (CNT001)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("- Dockerfile:1: The base image", StringComparison.Ordinal));
    }

    [Fact]
    public void A_category_that_nothing_could_be_said_about_is_not_assessed()
    {
        // One file is no repository: whether it has CI is not asked.
        var snapshot = new RepositorySnapshot(RepositorySnapshot.FromText(("Dockerfile", "FROM alpine\n")).Entries) { IsWhole = false };
        var result = RepositoryAnalyzer.Analyze(snapshot, AnalysisOptions.Default, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("| ci_cd | not assessed |  |", ReportCases.Markdown(result).Split('\n'));
    }

    [Theory]
    [InlineData("hostile")]
    [InlineData("diagnostics")]
    public void Text_from_a_repository_is_shown_and_never_interpreted(string name)
    {
        var (_, result) = ReportCases.Analyze(name);
        var text = ReportCases.Markdown(result);

        Assert.DoesNotContain(text, character => character != '\n' && Printable.IsHidden(character));
        Assert.DoesNotContain("<", text);
        Assert.DoesNotContain("@", text);
        Assert.DoesNotContain("www.", text);
        Assert.DoesNotContain("](", text);
        foreach (var line in text.Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)))
        {
            // Whatever could begin a list, a heading, code, emphasis, a link or a table within the item stands behind a backslash.
            Assert.DoesNotMatch(@"(?<!\\)[`*_\[\]#|~!{}]", line[2..].Replace("&#64;", "", StringComparison.Ordinal).Replace("&#58;", "", StringComparison.Ordinal).Replace("&#46;", "", StringComparison.Ordinal));
            Assert.DoesNotMatch(@"^([-+] |[0-9]+[.)] )", line[2..]);
        }
    }

    /// <summary>Read as Markdown shows it, the text is the one that was meant.</summary>
    [Fact]
    public void What_is_shown_is_what_was_found()
    {
        var (_, result) = ReportCases.Analyze("hostile");
        var shown = ReportCases.Markdown(result).Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => Shown(line[2..])).ToHashSet(StringComparer.Ordinal);

        Assert.All(result.Findings, finding =>
            Assert.Contains(Printable.Visible($"{(finding.Location.Path.Length > 0 ? $"{finding.Location}: " : "")}{finding.Message}"), shown));
    }

    private static string Shown(string markdown)
    {
        var text = new StringBuilder();
        for (var index = 0; index < markdown.Length; index++)
        {
            index += markdown[index] == '\\' && index + 1 < markdown.Length && char.IsAscii(markdown[index + 1]) && char.IsPunctuation(markdown[index + 1]) | char.IsSymbol(markdown[index + 1]) ? 1 : 0;
            text.Append(markdown[index]);
        }

        return WebUtility.HtmlDecode(text.ToString());
    }
}
