using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Git;
using AutoDevOps.Server.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>What is fetched from a real git server, and what is kept for the next time.</summary>
public sealed class GitSourceTests : IAsyncLifetime
{
    private readonly GitWorkshop _workshop = new();
    private GitServer _server = null!;
    private GitClient _client = null!;
    private string _first = null!;

    private string Cache => _workshop.Beside("cache");

    private string Bare => _workshop.Beside("bare.git");

    public async ValueTask InitializeAsync()
    {
        for (var line = 0; line < 50; line++)
        {
            _workshop.Write($"src/{line}.txt", string.Join('\n', Enumerable.Range(0, 200).Select(number => $"file {line}, line {number}")));
        }

        _first = _workshop.Commit("README.md", "# One\n");
        _workshop.Bare();
        _server = await GitServer.StartAsync(_workshop.Beside(""));
        _client = Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _workshop.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_default_branch_is_fetched_with_its_newest_commit_only(bool version2)
    {
        _server.SpeaksVersion2 = version2;
        var second = Push("README.md", "# Two\n");

        var files = await _client.ReadAsync();

        Assert.Equal((second, "main", false), (files.CommitSha, files.Branch, files.IsDirty));
        Assert.Equal("# Two\n", files.Snapshot.Find("README.md")!.Text);
        Assert.Equal(51, files.Snapshot.Files.Count);
        var kept = Assert.Single(Directory.GetDirectories(Cache, "*.git", SearchOption.AllDirectories));
        Assert.Equal([second], GitWorkshop.GitIn(kept, null, "log", "--format=%H", second).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(version2 ? "POST /bare.git/git-upload-pack, POST" : "GET /bare.git/info/refs?service=git-upload-pack, POST /bare.git/git-upload-pack", Asked(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_itself_finds_nothing_wrong_with_what_is_kept()
    {
        var place = GitClient.Place();
        await _client.ReadAsync(place);
        Push("README.md", "# Two\n");
        await _client.ReadAsync(place);

        var kept = Assert.Single(Directory.GetDirectories(Cache, "*.git", SearchOption.AllDirectories));

        Assert.Equal("", GitWorkshop.GitIn(kept, null, "fsck", "--full", "--strict", "--no-dangling", "--no-progress"));
    }

    [Theory]
    [InlineData("topic")]
    [InlineData("refs/heads/topic")]
    [InlineData("v1")]
    [InlineData("light")]
    [InlineData("refs/tags/v1")]
    public async Task Branches_and_tags_are_fetched_by_name(string reference)
    {
        _workshop.Git("checkout", "--quiet", "-b", "topic");
        var topic = _workshop.Commit("README.md", "# Topic\n");
        _workshop.Git("tag", "--annotate", "--message", "One", "v1");
        _workshop.Git("tag", "light");
        _workshop.Git("push", "--quiet", Bare, "topic", "v1", "light");
        foreach (var version2 in new[] { true, false })
        {
            _server.SpeaksVersion2 = version2;

            var files = await _client.ReadAsync(reference: reference);

            Assert.Equal((topic, null), (files.CommitSha, files.Branch));
            Assert.Equal("# Topic\n", files.Snapshot.Find("README.md")!.Text);
        }
    }

    [Fact]
    public async Task A_commit_that_no_branch_ends_at_is_fetched_by_its_id()
    {
        Push("README.md", "# Two\n");

        var files = await _client.ReadAsync(reference: _first);

        Assert.Equal(_first, files.CommitSha);
        Assert.Equal("# One\n", files.Snapshot.Find("README.md")!.Text);
    }

    [Fact]
    public async Task A_commit_that_was_fetched_is_not_fetched_again()
    {
        var place = GitClient.Place();
        await _client.ReadAsync(place);
        _server.Requests.Clear();

        var files = await _client.ReadAsync(place);

        Assert.Equal(_first, files.CommitSha);
        Assert.Equal("GET /bare.git/info/refs?service=git-upload-pack, POST /bare.git/git-upload-pack", Asked());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_push_only_what_changed_is_fetched(bool version2)
    {
        _server.SpeaksVersion2 = version2;
        var place = GitClient.Place();
        await _client.ReadAsync(place);
        var second = Push("src/7.txt", "changed");
        var asked = "";
        _server.Answer = async context =>
        {
            context.Request.EnableBuffering();
            asked = await new StreamReader(context.Request.Body).ReadToEndAsync();
            context.Request.Body.Position = 0;
            return false;
        };

        var files = await _client.ReadAsync(place);

        // Without the second line, the server would take it that the history before is here as well.
        Assert.Contains($"have {_first}\n", asked, StringComparison.Ordinal);
        Assert.Contains($"shallow {_first}\n", asked, StringComparison.Ordinal);

        Assert.Equal(second, files.CommitSha);
        Assert.Equal("changed", files.Snapshot.Find("src/7.txt")!.Text);
        Assert.Equal(51, files.Snapshot.Files.Count);
        // At first a commit, two trees and the files; then a commit, two trees, a file, and what of these was sent as a difference to what.
        var counts = Directory.GetFiles(Cache, "*.idx", SearchOption.AllDirectories).Select(path => PackIndex.Read(path).Count).Order().ToList();
        Assert.InRange(counts[0], 4, 8);
        Assert.Equal([54], counts[1..]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_comes_back_as_it_was_before_the_first_fetch_is_there(bool version2)
    {
        _server.SpeaksVersion2 = version2;
        var place = GitClient.Place();
        Push("README.md", "# Two\n");
        await _client.ReadAsync(place);
        Push("README.md", "# One\n");

        var files = await _client.ReadAsync(place);

        Assert.Equal("# One\n", files.Snapshot.Find("README.md")!.Text);
    }

    [Fact]
    public async Task History_that_was_rewritten_is_followed()
    {
        var place = GitClient.Place();
        await _client.ReadAsync(place);
        _workshop.Git("checkout", "--quiet", "--orphan", "new");
        var other = _workshop.Commit("README.md", "# Other\n");
        _workshop.Git("push", "--quiet", "--force", Bare, "new:main");

        Assert.Equal(other, (await _client.ReadAsync(place)).CommitSha);
    }

    private GitClient Client(RepositoryOptions? options = null) => new(_server, Cache, options, _server.Certificate);

    private string Push(string path, string text)
    {
        var commit = _workshop.Commit(path, text);
        _workshop.Git("push", "--quiet", Bare, "main");
        return commit;
    }

    private string Asked() => string.Join(", ", _server.Requests);
}
