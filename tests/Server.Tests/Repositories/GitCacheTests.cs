using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>What is kept of fetched repositories: for whom, how long, and what happens when it is broken.</summary>
public sealed class GitCacheTests : IAsyncLifetime
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

    [Fact]
    public async Task Two_at_once_fetch_once()
    {
        var place = GitClient.Place();

        var all = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _client.ReadAsync(place)));

        Assert.All(all, files => Assert.Equal("# One\n", files.Snapshot.Find("README.md")!.Text));
        Assert.Single(Directory.GetFiles(Cache, "*.pack", SearchOption.AllDirectories));
        // Each lists, with two requests; one fetches.
        Assert.Equal((5 * 2) + 1, _server.Requests.Count);
    }

    [Fact]
    public async Task Two_tenants_share_nothing()
    {
        var (mine, theirs) = (GitClient.Place(), GitClient.Place());
        await _client.ReadAsync(mine);
        _server.Requests.Clear();

        await _client.ReadAsync(theirs);

        Assert.Equal(3, _server.Requests.Count);
        Assert.Equal(2, Directory.GetFiles(Cache, "*.pack", SearchOption.AllDirectories).Length);
        Assert.Contains(theirs.OrganizationId.ToString("N"), Directory.GetDirectories(Cache).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("*.pack", 40, false)]
    [InlineData("*.idx", 20, false)]
    [InlineData("*.pack", 0, true)]
    [InlineData("*.idx", 0, true)]
    public async Task A_cache_that_is_broken_is_made_anew(string pattern, int at, bool truncate)
    {
        var place = GitClient.Place();
        await _client.ReadAsync(place);
        var file = Assert.Single(Directory.GetFiles(Cache, pattern, SearchOption.AllDirectories));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[at] ^= 0xff;
        await File.WriteAllBytesAsync(file, truncate ? [] : bytes);

        var files = await _client.ReadAsync(place);

        Assert.Equal(_first, files.CommitSha);
        Assert.Equal(51, files.Snapshot.Files.Count(read => read.Text.Length > 0));
    }

    [Fact]
    public async Task A_cache_that_lost_a_file_is_made_anew()
    {
        var place = GitClient.Place();
        await _client.ReadAsync(place);
        Push("src/7.txt", "changed");
        await _client.ReadAsync(place);
        var oldest = Directory.GetFiles(Cache, "*.pack", SearchOption.AllDirectories).MaxBy(path => new FileInfo(path).Length)!;
        File.Delete(oldest);
        File.Delete(Path.ChangeExtension(oldest, ".idx"));

        Assert.Equal(51, (await _client.ReadAsync(place)).Snapshot.Files.Count);
    }

    [Fact]
    public async Task What_a_fetch_left_that_broke_off_is_cleared_away()
    {
        var place = GitClient.Place();
        var packs = Path.Combine(Cache, place.OrganizationId.ToString("N"), $"{place.RepositoryId:N}.git", "objects", "pack");
        Directory.CreateDirectory(packs);
        await File.WriteAllTextAsync(Path.Combine(packs, "incoming-1"), "half a pack");

        await _client.ReadAsync(place);

        Assert.DoesNotContain(Directory.GetFiles(packs), path => Path.GetFileName(path).StartsWith("incoming", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_fetches_do_not_add_up_without_end()
    {
        var place = GitClient.Place();
        _workshop.WriteHistory("refs/heads/main", commits: 25);
        _workshop.Git("push", "--quiet", Bare, "main");
        foreach (var commit in _workshop.Git("rev-list", "--reverse", "--max-count=25", "main").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await _client.ReadAsync(place, commit);
        }

        Assert.Equal(5, Directory.GetFiles(Cache, "*.pack", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task What_was_used_longest_ago_is_deleted_when_the_cache_is_full()
    {
        var places = Enumerable.Range(0, 3).Select(_ => GitClient.Place()).ToList();
        await _client.ReadAsync(places[0]);
        var one = Directory.GetFiles(Cache, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
        await _client.ReadAsync(places[1]);
        await _client.ReadAsync(places[0]);
        using var bounded = Client(new RepositoryOptions { MaxCacheBytes = (one * 2) + 1000 });

        var files = await bounded.ReadAsync(places[2]);

        Assert.Equal(
            new[] { places[0], places[2] }.Select(place => $"{place.RepositoryId:N}.git").Order(),
            Directory.GetDirectories(Cache, "*.git", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
        Assert.Equal("# One\n", files.Snapshot.Find("README.md")!.Text);
    }

    [Fact]
    public async Task What_is_being_read_stays_readable_when_it_is_deleted_meanwhile()
    {
        var files = await _client.ReadAsync();

        _client.Cache.Evict(0);

        Assert.Empty(Directory.GetFiles(Cache, "*.pack", SearchOption.AllDirectories));
        Assert.All(files.Snapshot.Files, file => Assert.NotEmpty(file.Text));
    }

    [Fact]
    public async Task Who_waits_for_a_turn_can_give_up()
    {
        var place = GitClient.Place();
        using var turn = await _client.Cache.EnterAsync(place.OrganizationId, place.RepositoryId, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var reading = _client.ReadAsync(place, cancellationToken: stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Another_process_is_waited_for()
    {
        var place = GitClient.Place();
        using var other = Client();
        var turn = await other.Cache.EnterAsync(place.OrganizationId, place.RepositoryId, CancellationToken.None);
        var reading = _client.ReadAsync(place);
        Assert.False(reading.IsCompleted);

        turn.Dispose();

        Assert.Equal(_first, (await reading).CommitSha);
    }

    [Fact]
    public async Task Nobody_else_on_the_machine_can_read_what_was_fetched()
    {
        var place = GitClient.Place();
        await _client.ReadAsync(place);

        // On Windows the folder has what its parent gives it.
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Cache, place.OrganizationId.ToString("N"))));
        }
    }

    private GitClient Client(RepositoryOptions? options = null) => new(_server, Cache, options, _server.Certificate);

    private string Push(string path, string text)
    {
        var commit = _workshop.Commit(path, text);
        _workshop.Git("push", "--quiet", Bare, "main");
        return commit;
    }
}
