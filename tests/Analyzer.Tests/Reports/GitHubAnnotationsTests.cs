using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Reports;

namespace AutoDevOps.Analyzer.Tests.Reports;

public sealed partial class GitHubAnnotationsTests
{
    [Fact]
    public void A_finding_is_one_command_at_its_place()
    {
        var (_, result) = ReportCases.Analyze("rule/unpinned-base-image");
        var lines = ReportCases.Annotations(result).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(result.Findings.Count, lines.Length);
        Assert.Contains("::warning file=Dockerfile,line=1,endLine=1,title=CNT001 unpinned-base-image::The base image 'node' has no tag, so it changes without a commit.", lines);
    }

    [Fact]
    public void No_name_ends_a_command_or_begins_another()
    {
        var (_, result) = ReportCases.Analyze("hostile");
        var lines = ReportCases.Annotations(result).Split('\n')[..^1];

        Assert.Equal(result.Findings.Count, lines.Length);
        foreach (var (finding, line) in result.Findings.Zip(lines))
        {
            var match = Command().Match(line);
            Assert.True(match.Success, line);
            Assert.Equal(Shown(finding.Location.Path), Decode(match.Groups["file"].Value));
            Assert.Equal(Shown(finding.Message), Decode(match.Groups["message"].Value));
            Assert.DoesNotContain(line, character => char.IsControl(character) || character is '\u2028' or '\u2029' or '\u202E');
        }
    }

    /// <summary>What steers a terminal is not what a name is known by; where its lines end is.</summary>
    private static string Shown(string text) => string.Join('\n', text.Split('\n').Select(line => string.Join('\r', line.Split('\r').Select(Printable.Visible))));

    /// <summary>As the runner decodes the values of a command.</summary>
    private static string Decode(string text) =>
        text.Replace("%2C", ",", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal).Replace("%0D", "\r", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);

    [GeneratedRegex("^::(?<level>error|warning|notice) (file=(?<file>[^:,]*),)?(line=[0-9]+,endLine=[0-9]+,)?title=(?<title>[^:,]+)::(?<message>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Command();
}
