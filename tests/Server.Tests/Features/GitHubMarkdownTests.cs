using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>Text of a repository in GitHub's Markdown.</summary>
public sealed class GitHubMarkdownTests
{
    [Theory]
    [InlineData("a.yml", "`a.yml`")]
    [InlineData("a`b``c", "```a`b``c```")]
    [InlineData("`", "`` ` ``")]
    [InlineData(" a ", "`  a  `")]
    [InlineData("a\nb", "`a\uFFFDb`")]
    [InlineData("", "")]
    public void Code_is_fenced_by_more_ticks_than_it_has(string text, string expected) => Assert.Equal(expected, GitHubMarkdown.Code(text));

    [Theory]
    [InlineData("@octocat", "@&#8203;octocat")]
    [InlineData("fixes #1", "fixes \\#&#8203;1")]
    [InlineData("GH-1", "GH&#8203;-1")]
    [InlineData("https://x", "https:&#8203;//x")]
    [InlineData("WWW.x", "WWW&#8203;.x")]
    [InlineData("<b>&amp;", "&lt;b\\>&amp;amp;")]
    [InlineData("1. one", "1\\. one")]
    [InlineData("- one", "\\- one")]
    [InlineData("[a](b) *c* _d_ `e`", "\\[a\\]\\(b\\) \\*c\\* \\_d\\_ \\`e\\`")]
    [InlineData("a\u202Eb\nc", "a\uFFFDb\uFFFDc")]
    public void Prose_is_read_as_it_is_written(string text, string expected) => Assert.Equal(expected, GitHubMarkdown.Prose(text));

    [Theory]
    [InlineData("src/a b(1).cs", 3, "[`src/a b(1).cs:3`](https://github.com/o/r/blob/c0/src/a%20b%281%29.cs#L3)")]
    [InlineData("a.cs", 0, "[`a.cs`](https://github.com/o/r/blob/c0/a.cs)")]
    [InlineData("../x", 1, "`../x:1`")]
    public void A_place_leads_to_the_file_in_the_commit(string path, int line, string expected) =>
        Assert.Equal(expected, GitHubMarkdown.Place(new Uri("https://github.com"), "o/r", "c0", path, line));

    [Theory]
    [InlineData(".github/workflows/ci.yml", true)]
    [InlineData("a b", false)]
    [InlineData("@a", false)]
    [InlineData("x#1", false)]
    [InlineData("gh-12", false)]
    [InlineData("a\n", false)]
    [InlineData("www.x", false)]
    public void Only_plain_names_stand_in_titles(string text, bool isPlain) => Assert.Equal(isPlain ? text : null, GitHubMarkdown.Plain(text));
}
