using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Git;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>Reading repositories from GitHub: what is asked, what is kept, and what is made of trouble.</summary>
public sealed class GitHubSourceTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private GitHubDouble _github = null!;
    private GitHubParts _parts = null!;
    private GitHubRepository _shop = null!;
    private Guid _user;
    private RepositoryPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _github = await GitHubDouble.StartAsync();
        _parts = new GitHubParts(_database, _github);
        _shop = _github.AddRepository("ada", "shop", isPrivate: true);
        (_user, var organization) = await _database.AddTenantAsync();
        await _parts.GiveTokenAsync(_user, _github.AddPerson("ada"));
        _place = new RepositoryPlace(organization, await _parts.ConnectAsync(organization, _user, _shop), "github", "ada/shop", Caller.User(_user), _shop.Id);
    }

    public async ValueTask DisposeAsync()
    {
        _parts.Dispose();
        await _github.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task All_files_come_by_one_archive_the_first_time()
    {
        var commit = PushMany();

        var files = await ReadAsync();

        Assert.Equal((commit, "main", false), (files.CommitSha, files.Branch, files.IsDirty));
        Assert.Equal(101, files.Snapshot.Files.Count);
        Assert.Equal("text 42\n", files.Snapshot.Files.Single(file => file.Path == "src/42.txt").Text);
        Assert.Single(Asked("tarball"));
        Assert.Empty(Asked("git/blobs"));
    }

    [Fact]
    public async Task Reading_the_same_commit_again_fetches_no_content()
    {
        PushMany();
        await ReadAsync();
        _github.Requests.Clear();

        await ReadAsync();

        Assert.Empty(Asked("tarball"));
        Assert.Empty(Asked("git/blobs"));
    }

    [Fact]
    public async Task After_a_push_only_what_changed_is_fetched_and_the_result_is_that_of_a_full_run()
    {
        PushMany();
        await ReadAsync();
        _github.Requests.Clear();
        _shop.Push("main", ("src/7.txt", "changed\n"), ("src/8.txt", null), ("src/new/deep.txt", "new\n"), ("copy.txt", "text 9\n"));

        var after = await ReadAsync();

        Assert.Equal(2, Asked("git/blobs").Count);
        Assert.Empty(Asked("tarball"));
        using var fresh = new GitHubParts(_database, _github, beside: _parts);
        Assert.Equal(Described(await fresh.Source.ReadAsync(_place, null, Stop)), Described(after));
    }

    [Fact]
    public async Task What_the_archive_leaves_out_is_fetched_by_itself()
    {
        PushMany();
        _shop.Push("main", (".github/workflows/ci.yml", "on: push\n"), (".gitattributes", ".github export-ignore\n"));
        _shop.ExportIgnored.Add(".github/workflows/ci.yml");

        var files = await ReadAsync();

        Assert.Equal("on: push\n", files.Snapshot.Files.Single(file => file.Path == ".github/workflows/ci.yml").Text);
        Assert.Single(Asked("git/blobs"));
    }

    [Fact]
    public async Task A_tree_that_GitHub_cuts_is_listed_folder_by_folder()
    {
        PushMany();
        _shop.Push("main", ("lib/a/b/c.txt", "deep\n"), ("zz.txt", "last\n"));
        var whole = Described(await ReadAsync());
        _github.MaxTreeEntries = 5;
        using var fresh = new GitHubParts(_database, _github, beside: _parts);

        // The folder src has 100 files, more than a list may have: without folders below, what is cut comes when it is not asked for recursively.
        Assert.Equal(whole, Described(await fresh.Source.ReadAsync(_place, null, Stop)));
    }

    [Fact]
    public async Task A_branch_a_commit_and_the_head_of_a_pull_request_can_be_asked_for()
    {
        var first = _shop.Push("main", ("a.txt", "1\n"));
        var second = _shop.Push("feature/x", ("a.txt", "2\n"));
        _shop.Branches["pull/5/head"] = second;

        Assert.Equal((second, null), await CommitAsync("feature/x"));
        Assert.Equal((first, null), await CommitAsync(first));
        Assert.Equal((second, null), await CommitAsync("pull/5/head"));
        Assert.Equal((first, "main"), await CommitAsync(null));
    }

    [Fact]
    public async Task A_repository_that_was_renamed_is_followed()
    {
        var commit = _shop.Push("main", ("a.txt", "1\n"));
        _shop.FormerNames.Add("ada/shop");
        _shop.Name = "store";

        Assert.Equal(commit, (await ReadAsync()).CommitSha);
    }

    [Fact]
    public async Task An_empty_repository_says_so()
    {
        var failure = await Assert.ThrowsAsync<RepositoryUnreadableException>(ReadAsync);

        Assert.Equal(("The repository has no commits yet.", true), (failure.Message, failure.IsFinal));
    }

    [Fact]
    public async Task A_repository_that_is_no_longer_ours_says_what_to_do()
    {
        _shop.Push("main", ("a.txt", "1\n"));
        _shop.Collaborators.Clear();

        var failure = await Assert.ThrowsAsync<RepositoryUnreadableException>(ReadAsync);

        Assert.True(failure.IsFinal);
        Assert.StartsWith("ada/shop is not there any more, or not to be seen with the token that reads it.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_that_does_not_exist_is_named()
    {
        _shop.Push("main", ("a.txt", "1\n"));

        var failure = await Assert.ThrowsAsync<RepositoryUnreadableException>(() => _parts.Source.ReadAsync(_place, "nowhere", Stop));

        Assert.Equal(("The repository has no branch, tag or commit nowhere.", true), (failure.Message, failure.IsFinal));
    }

    [Fact]
    public async Task A_token_that_was_revoked_is_noted_and_not_tried_again()
    {
        _shop.Push("main", ("a.txt", "1\n"));
        _github.Tokens.Clear();

        var failure = await Assert.ThrowsAsync<RepositoryUnreadableException>(ReadAsync);

        Assert.True(failure.IsFinal);
        Assert.True(await _database.ScalarAsync<bool>("SELECT revoked_at IS NOT NULL FROM github_tokens"));
        _github.Requests.Clear();
        var again = await Assert.ThrowsAsync<RepositoryUnreadableException>(ReadAsync);
        Assert.Empty(_github.Requests);
        Assert.All(
            new[] { failure, again },
            told => Assert.Contains("ada must sign in with GitHub again, or another admin have it read with their account.", told.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(422, "must allow it on GitHub")]
    [InlineData(404, "is not installed any more")]
    [InlineData(403, "is suspended")]
    [InlineData(401, "GitHub:AppPrivateKeyFile")]
    public async Task An_installation_that_gives_no_token_is_not_told_as_a_branch_that_is_missing(int status, string expected)
    {
        _shop.Push("main", ("a.txt", "1\n"));
        await _database.ExecuteAsync(
            """
            INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type) VALUES (@OrganizationId, 5, 1, 'ada', 'User');
            UPDATE repositories SET installation_id = 5;
            """,
            new { _place.OrganizationId });
        _github.Fail("access_tokens", status, """{"message": "There is at least one repository that does not exist."}""", times: 2);

        var failure = await Assert.ThrowsAsync<RepositoryUnreadableException>(ReadAsync);

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsFinal);
    }

    [Fact]
    public async Task A_stranger_s_repository_that_took_the_name_is_not_read_as_ours()
    {
        _shop.Push("main", ("a.txt", "ours\n"));
        _shop.Name = "old-shop";
        _github.AddRepository("ada", "shop").Push("main", ("a.txt", "a stranger's\n"));

        var failure = await Assert.ThrowsAsync<RepositoryUnreadableException>(ReadAsync);

        Assert.StartsWith("ada/shop is another repository on GitHub now", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsFinal);
        Assert.DoesNotContain(_github.Requests, request => request.Path.Contains("/git/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_GitHub_sends_must_be_what_the_tree_says()
    {
        _shop.Push("main", ("a.txt", "right\n"));
        _github.Fail("git/blobs", 200, "wrong\n");

        var failure = await Assert.ThrowsAsync<RepositoryUnreadableException>(ReadAsync);

        Assert.Equal(("What GitHub sent of a.txt is not what its tree says.", false), (failure.Message, failure.IsFinal));
        Assert.Equal("right\n", (await ReadAsync()).Snapshot.Files.Single().Text);
    }

    [Fact]
    public async Task Of_an_archive_only_what_the_tree_lists_is_taken()
    {
        var right = Entry("a.txt", "right\n");
        var folder = Path.Combine(_parts.CacheFolder, "hostile.blobs");
        var blobs = new BlobFolder(folder);
        blobs.Prepare();
        var archive = Archive(
            File("x/../../../escaped.txt", "right\n"), File("x/a.txt", "wrong\n"), new PaxTarEntry(TarEntryType.SymbolicLink, "x/a.txt") { LinkName = "/etc/passwd" },
            new PaxTarEntry(TarEntryType.HardLink, "x/a.txt") { LinkName = "/etc/passwd" }, File("/etc/a.txt", "right\n"), File("a.txt", "right\n"), File("x/b.txt", "other\n"));

        var found = await GitHubArchive.ReadAsync(archive, new Dictionary<string, GitHubTree.Entry> { ["a.txt"] = right }, blobs, 1 << 20, Stop);

        Assert.Equal(0, found);
        Assert.False(blobs.Has(right.Id));
        Assert.Empty(Directory.EnumerateFiles(_parts.CacheFolder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_archive_that_unpacks_without_end_is_given_up()
    {
        var blobs = new BlobFolder(Path.Combine(_parts.CacheFolder, "bomb.blobs"));
        blobs.Prepare();
        var archive = Archive(File("x/zeros", new string('\0', 4 << 20)));

        await Assert.ThrowsAsync<InvalidDataException>(() => GitHubArchive.ReadAsync(archive, new Dictionary<string, GitHubTree.Entry>(), blobs, 1 << 20, Stop));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string PushMany() =>
        _shop.Push("main", [.. Enumerable.Range(0, 100).Select(number => ($"src/{number}.txt", (string?)$"text {number}\n")), ("README.md", "# Shop\n")]);

    private Task<RepositoryFiles> ReadAsync() => _parts.Source.ReadAsync(_place, null, Stop);

    private async Task<(string?, string?)> CommitAsync(string? reference)
    {
        var files = await _parts.Source.ReadAsync(_place, reference, Stop);
        return (files.CommitSha, files.Branch);
    }

    private List<GitHubDouble.Asked> Asked(string part) => [.. _github.Requests.Where(request => request.Path.Contains(part, StringComparison.Ordinal))];

    private static string Described(RepositoryFiles files) =>
        string.Join('\n', files.Snapshot.Entries.Select(file => $"{file.Path} {file.Kind} {file.Size} {file.IsExecutable} {(file.IsRead ? file.Text : "")}"));

    private static GitHubTree.Entry Entry(string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
#pragma warning disable CA5350 // Git's ids are made with it.
        var sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
#pragma warning restore CA5350
        Assert.True(ObjectId.TryParse(sha, out var id));
        return new GitHubTree.Entry(path, "100644", id, bytes.Length);
    }

    private static PaxTarEntry File(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private static MemoryStream Archive(params PaxTarEntry[] entries)
    {
        var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        buffer.Position = 0;
        return buffer;
    }
}
