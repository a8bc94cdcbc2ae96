using System.Net;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>No address, no name and no redirect leads a fetch into a private network.</summary>
public sealed class GitNetworkTests : IClassFixture<ServedRepository>, IDisposable
{
    private readonly ServedRepository _served;
    private readonly GitServer _server;
    private readonly GitClient _client;

    public GitNetworkTests(ServedRepository served)
    {
        (_served, _server) = (served, served.Server);
        served.Reset();
        _client = served.Client();
    }

    public static TheoryData<string> Private() =>
        ["127.0.0.1", "10.1.2.3", "192.168.1.1", "100.64.0.1", "169.254.169.254", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"];

    public void Dispose() => _client.Dispose();

    [Theory]
    [MemberData(nameof(Private))]
    public async Task A_name_that_leads_into_a_private_network_is_not_connected_to(string address)
    {
        _client.Network.Names["git.example.com"] = () => [IPAddress.Parse(address)];

        var exception = await _client.FailAsync();

        Assert.True(exception.IsFinal);
        Assert.Contains("private network", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_client.Network.Connections);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_of_the_internet_are_connected_to()
    {
        _client.Network.Names["git.example.com"] = () => [IPAddress.Loopback, IPAddress.Parse("10.0.0.1"), TestNetwork.Internet];

        await _client.ReadAsync();

        Assert.All(_client.Network.Connections, connection => Assert.Equal(TestNetwork.Internet, connection.Address));
    }

    [Fact]
    public async Task A_name_that_answers_differently_the_second_time_is_asked_once_for_each_connection_and_checked_each_time()
    {
        var answers = 0;
        _client.Network.Names["git.example.com"] = () => [answers++ == 0 ? TestNetwork.Internet : IPAddress.Parse("169.254.169.254")];
        // Each request then needs a connection of its own.
        _server.Answer = context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.FromResult(false);
        };

        var exception = await _client.FailAsync();

        Assert.Contains("private network", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, answers);
        Assert.Equal([TestNetwork.Internet], _client.Network.Connections.Select(connection => connection.Address));
        Assert.Single(_server.Requests);
    }

    [Theory]
    [InlineData("https://127.0.0.1/bare.git/info/refs?service=git-upload-pack", "private network")]
    [InlineData("https://169.254.169.254/bare.git/info/refs?service=git-upload-pack", "private network")]
    [InlineData("https://[::1]/bare.git/info/refs?service=git-upload-pack", "private network")]
    [InlineData("https://localhost/bare.git/info/refs?service=git-upload-pack", "private network")]
    [InlineData("https://inner.example.com/bare.git/info/refs?service=git-upload-pack", "private network")]
    [InlineData("http://git.example.com/bare.git/info/refs?service=git-upload-pack", "does not begin with https://")]
    [InlineData("file:///etc/passwd", "does not begin with https://")]
    [InlineData("https://ada:secret@git.example.com/bare.git/info/refs?service=git-upload-pack", "user name or password")]
    [InlineData("https://git.example.com/sign-in", "or it is private")]
    [InlineData("/bare.git/info/refs?service=git-upload-pack", "more than 5 times")]
    [InlineData("", "without saying where")]
    public async Task A_redirect_leads_nowhere_that_an_address_may_not(string location, string message)
    {
        _client.Network.Names["localhost"] = () => [IPAddress.Loopback];
        _client.Network.Names["inner.example.com"] = () => [IPAddress.Parse("10.0.0.1")];
        _server.Answer = context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = location;
            return Task.FromResult(true);
        };

        var exception = await _client.FailAsync();

        Assert.True(exception.IsFinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
        Assert.All(_client.Network.Connections, connection => Assert.Equal(TestNetwork.Internet, connection.Address));
    }

    [Fact]
    public async Task A_repository_that_moved_is_followed_to_its_new_host()
    {
        _server.Answer = context =>
        {
            var hasMoved = context.Request.Path.StartsWithSegments("/old", StringComparison.Ordinal);
            if (hasMoved)
            {
                context.Response.StatusCode = 301;
                context.Response.Headers.Location = "https://moved.example.com/bare.git/info/refs?service=git-upload-pack";
            }

            return Task.FromResult(hasMoved);
        };

        var files = await _client.ReadAsync(GitClient.Place("https://git.example.com/old"));

        Assert.Equal("# One\n", files.Snapshot.Find("README.md")!.Text);
        Assert.Equal("GET /old/info/refs?service=git-upload-pack", _server.Requests.First());
        Assert.All(_server.Requests.Skip(1), request => Assert.Contains(" /bare.git/", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_redirect_of_the_later_requests_is_not_followed()
    {
        _server.Answer = context =>
        {
            var isLater = context.Request.Method == "POST";
            if (isLater)
            {
                context.Response.StatusCode = 307;
                context.Response.Headers.Location = "https://moved.example.com/bare.git/git-upload-pack";
            }

            return Task.FromResult(isLater);
        };

        var exception = await _client.FailAsync();

        Assert.Contains("not as a git server", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task Nothing_secret_and_nothing_of_ours_is_sent_along()
    {
        List<string> headers = [];
        _server.Answer = context =>
        {
            headers.AddRange(context.Request.Headers.Keys);
            return Task.FromResult(false);
        };
        using var activity = new System.Diagnostics.Activity("job").Start();

        await _client.ReadAsync();

        Assert.Equal(["Accept", "Content-Length", "Content-Type", "Git-Protocol", "Host", "User-Agent"], headers.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_it_is_allowed_a_private_network_is_reached_but_never_a_metadata_service()
    {
        using var client = _served.Client(new RepositoryOptions { AllowPrivateNetworks = true });
        client.Network.Names["git.example.com"] = () => [IPAddress.Parse("10.0.0.1")];
        Assert.Equal("# One\n", (await client.ReadAsync()).Snapshot.Find("README.md")!.Text);

        using var other = _served.Client(new RepositoryOptions { AllowPrivateNetworks = true });
        other.Network.Names["git.example.com"] = () => [IPAddress.Parse("169.254.169.254"), IPAddress.Parse("fd00:ec2::254")];

        Assert.Contains("nothing is fetched from", (await other.FailAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(other.Network.Connections);
    }

    [Fact]
    public async Task An_address_that_was_connected_when_more_was_allowed_is_checked_again()
    {
        var exception = await _client.FailAsync(GitClient.Place($"https://127.0.0.1:{_server.Port}/bare.git"));

        Assert.True(exception.IsFinal);
        Assert.Contains("private network", exception.Message, StringComparison.Ordinal);
    }
}
