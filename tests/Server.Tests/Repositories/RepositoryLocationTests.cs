using AutoDevOps.Server.Features.Repositories;

namespace AutoDevOps.Server.Tests.Repositories;

public sealed class RepositoryLocationTests
{
    [Theory]
    [InlineData("https://example.com/team/app.git", "https://example.com/team/app.git")]
    [InlineData("HTTPS://Example.COM:443/Team/App.git/", "https://example.com/Team/App.git")]
    [InlineData("https://example.com:8443/a/b", "https://example.com:8443/a/b")]
    [InlineData("https://example.com/a/../b/c", "https://example.com/b/c")]
    [InlineData("https://8.8.8.8/a", "https://8.8.8.8/a")]
    [InlineData("https://example.com/a%0Ab", "https://example.com/a%0Ab")]
    public void An_address_is_written_in_one_way(string address, string location) =>
        Assert.Equal((location, null), RepositoryLocation.GitAddress(address, allowPrivateNetworks: false));

    [Theory]
    [InlineData("http://example.com/a/b", "http://")]
    [InlineData("ssh://git@example.com/a/b", "ssh")]
    [InlineData("git@example.com:a/b.git", "ssh")]
    [InlineData("git://example.com/a/b", "begins with https://")]
    [InlineData("ext::sh -c touch% /tmp/x", "begins with https://")]
    [InlineData("file:///etc", "begins with https://")]
    [InlineData("/etc", "begins with https://")]
    [InlineData("--upload-pack=touch", "begins with https://")]
    [InlineData("", "begins with https://")]
    [InlineData("https://", "begins with https://")]
    [InlineData("https://ada@example.com/a/b", "user name")]
    [InlineData("https://:secret@example.com/a/b", "user name")]
    [InlineData("https://example.com/a/b?x=1", "git clone")]
    [InlineData("https://example.com/a/b#x", "git clone")]
    [InlineData("https://example.com//", "git clone")]
    [InlineData("https://localhost/a", "private network")]
    [InlineData("https://git/a", "private network")]
    [InlineData("https://127.1/a", "private network")]
    [InlineData("https://2130706433/a", "private network")]
    [InlineData("https://0x7f000001/a", "private network")]
    [InlineData("https://0177.0.0.1/a", "private network")]
    [InlineData("https://[::1]/a", "private network")]
    [InlineData("https://[::ffff:7f00:1]/a", "private network")]
    [InlineData("https://[fe80::1%25eth0]/a", "private network")]
    [InlineData("https://169.254.169.254/latest", "private network")]
    public void Another_address_is_refused_with_what_to_give_instead(string address, string message)
    {
        var (location, error) = RepositoryLocation.GitAddress(address, allowPrivateNetworks: false);

        Assert.Null(location);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1:8443/a", true)]
    [InlineData("https://10.0.0.1/a", true)]
    [InlineData("https://git/a", true)]
    [InlineData("https://169.254.169.254/a", false)]
    [InlineData("https://224.0.0.1/a", false)]
    [InlineData("https://[fd00:ec2::254]/a", false)]
    public void Where_private_networks_are_allowed_reserved_addresses_still_are_not(string address, bool isAllowed) =>
        Assert.Equal(isAllowed, RepositoryLocation.GitAddress(address, allowPrivateNetworks: true).Location is not null);
}
