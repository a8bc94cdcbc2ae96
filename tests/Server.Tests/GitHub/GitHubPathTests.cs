using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Tests.GitHub;

/// <summary>Whatever stands in a name, an address leads nowhere else; and links are read as they are written.</summary>
public sealed class GitHubPathTests
{
    [Theory]
    [InlineData("shop", "repos/ada/shop")]
    [InlineData("a b", "repos/ada/a%20b")]
    [InlineData("a/b", "repos/ada/a%2Fb")]
    [InlineData("a?b#c", "repos/ada/a%3Fb%23c")]
    [InlineData("%2e%2e", "repos/ada/%252e%252e")]
    [InlineData("...", "repos/ada/...")]
    [InlineData("é", "repos/ada/%C3%A9")]
    public void What_is_filled_in_is_one_part(string name, string path) => Assert.Equal(path, GitHubPath.Of($"repos/{"ada"}/{name}"));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public void What_would_be_resolved_away_is_refused(string name) => Assert.Throws<ArgumentException>(() => GitHubPath.Of($"repos/{"ada"}/{name}"));

    [Theory]
    [InlineData("ada")]
    [InlineData("ada/b/c")]
    [InlineData("/b")]
    [InlineData("../..")]
    public void A_repository_has_an_owner_and_a_name(string fullName) => Assert.Throws<ArgumentException>(() => GitHubPath.Repository(fullName));

    [Fact]
    public void A_branch_keeps_its_slashes_and_nothing_climbs()
    {
        Assert.Equal("feature/a%20b", GitHubPath.Ref("feature/a b"));
        Assert.Throws<ArgumentException>(() => GitHubPath.Ref("feature/../../user"));
    }

    [Theory]
    [InlineData("<https://api.github.com/x?page=2>; rel=\"next\"", "https://api.github.com/x?page=2")]
    [InlineData("<https://api.github.com/x?page=9>; rel=\"last\", <https://api.github.com/x?a=1,2&page=2>; rel=\"next\"", "https://api.github.com/x?a=1,2&page=2")]
    [InlineData("<https://api.github.com/x>; title=\"a\"; rel=next", "https://api.github.com/x")]
    [InlineData("<https://api.github.com/x>; rel=\"prev next\"", "https://api.github.com/x")]
    [InlineData("<https://api.github.com/x>; rel=\"prev\"", null)]
    [InlineData("<no address>; rel=\"next\"", null)]
    [InlineData("https://api.github.com/x; rel=\"next\"", null)]
    [InlineData("<<<>>>,;=", null)]
    [InlineData("", null)]
    public void The_next_page_is_where_the_link_says(string header, string? next)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.TryAddWithoutValidation("Link", header);

        Assert.Equal(next, LinkHeader.Next(answer)?.AbsoluteUri);
    }
}
