using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>A folder says which commit it shows, and whether it does; whatever its .git is like, it stays readable.</summary>
public sealed class WorkingTreeTests : IDisposable
{
    private readonly GitWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task A_clean_folder_shows_its_commit()
    {
        _workshop.Write(".gitignore", "*.log\n");
        var commit = _workshop.Commit("README.md", "# One\n");
        _workshop.Write("build.log", "ignored");

        var files = await ReadAsync();

        Assert.Equal((commit, "main", false), (files.CommitSha, files.Branch, files.IsDirty));
        Assert.Empty(files.Snapshot.Diagnostics);
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("new")]
    [InlineData("deleted")]
    [InlineData("staged")]
    public async Task A_folder_with_changes_says_so(string change)
    {
        _workshop.Write("other", "other");
        var commit = _workshop.Commit("README.md", "# One\n");
        switch (change)
        {
            case "changed":
                _workshop.Write("README.md", "# Two\n");
                break;
            case "new":
                _workshop.Write("src/new.cs", "class New;");
                break;
            case "deleted":
                File.Delete(Path.Combine(_workshop.Tree, "README.md"));
                break;
            default:
                _workshop.Write("README.md", "# Two\n");
                _workshop.Git("add", "--all");
                break;
        }

        var files = await ReadAsync();

        Assert.Equal((commit, true), (files.CommitSha, files.IsDirty));
    }

    [Fact]
    public async Task Nothing_of_the_repository_is_written_or_run()
    {
        var commit = _workshop.Commit("README.md", "# One\n");
        var marker = _workshop.Beside("ran");
        foreach (var hook in new[] { "pre-commit", "post-checkout", "post-index-change", "fsmonitor-watchman" })
        {
            var path = Path.Combine(_workshop.Tree, ".git", "hooks", hook);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, $"#!/bin/sh\ntouch {marker}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        _workshop.Git("config", "core.fsmonitor", $"touch {marker}");
        _workshop.Git("config", "filter.evil.clean", $"touch {marker}");
        _workshop.Write(".git/info/attributes", "* filter=evil\n");
        // The same content with another time: what it holds must be looked at.
        File.SetLastWriteTimeUtc(Path.Combine(_workshop.Tree, "README.md"), DateTime.UnixEpoch);
        var before = Describe();

        var files = await ReadAsync();

        Assert.Equal((commit, false), (files.CommitSha, files.IsDirty));
        Assert.Equal(before, Describe());
        Assert.False(File.Exists(marker));
    }

    [Fact]
    public async Task The_default_branch_is_that_of_the_server_and_not_the_one_that_is_checked_out()
    {
        _workshop.Commit("README.md", "# One\n");
        var clone = _workshop.Beside("clone");
        GitWorkshop.GitIn(_workshop.Tree, null, "clone", "--quiet", _workshop.Tree, clone);
        GitWorkshop.GitIn(clone, null, "checkout", "--quiet", "-b", "topic");

        Assert.Equal("main", (await ReadAsync(clone)).Branch);
    }

    [Fact]
    public async Task Of_several_branches_without_a_server_none_is_taken_for_the_default()
    {
        _workshop.Commit("README.md", "# One\n");
        _workshop.Git("checkout", "--quiet", "-b", "topic");

        Assert.Null((await ReadAsync()).Branch);
    }

    [Fact]
    public async Task A_folder_without_a_repository_has_no_commit()
    {
        using var plain = new GitWorkshop(initialise: false);
        plain.Write("README.md", "# One\n");

        var files = await ReadAsync(plain.Tree);

        Assert.Equal((null, null, false), (files.CommitSha, files.Branch, files.IsDirty));
        Assert.Empty(files.Snapshot.Diagnostics);
    }

    [Fact]
    public async Task A_repository_without_commits_has_none()
    {
        _workshop.Write("README.md", "# One\n");

        var files = await ReadAsync();

        Assert.Equal((null, true), (files.CommitSha, files.IsDirty));
    }

    [Fact]
    public async Task A_part_of_a_repository_shows_its_commit_and_only_its_own_changes()
    {
        _workshop.Write("api/a.cs", "class A;");
        var commit = _workshop.Commit("web/b.js", "b()");
        _workshop.Write("web/b.js", "changed()");

        var api = await ReadAsync(Path.Combine(_workshop.Tree, "api"));
        var web = await ReadAsync(Path.Combine(_workshop.Tree, "web"));

        Assert.Equal((commit, false), (api.CommitSha, api.IsDirty));
        Assert.Equal((commit, true), (web.CommitSha, web.IsDirty));
    }

    [Fact]
    public async Task A_folder_that_the_repository_around_it_does_not_know_stands_alone()
    {
        _workshop.Commit(".gitignore", "scratch/\n");
        _workshop.Write("scratch/a", "a");

        var files = await ReadAsync(Path.Combine(_workshop.Tree, "scratch"));

        Assert.Equal((null, false), (files.CommitSha, files.IsDirty));
    }

    [Fact]
    public async Task Another_working_tree_of_the_same_repository_shows_its_own_commit()
    {
        _workshop.Commit("README.md", "# One\n");
        var other = _workshop.Beside("other");
        _workshop.Git("worktree", "add", "--quiet", "-b", "topic", other);
        await File.WriteAllTextAsync(Path.Combine(other, "README.md"), "# Two\n");
        GitWorkshop.GitIn(other, null, "commit", "--quiet", "--all", "--message", "Two");
        var commit = GitWorkshop.GitIn(other, null, "rev-parse", "HEAD").Trim();

        Assert.Equal((commit, false), ((await ReadAsync(other)).CommitSha, (await ReadAsync(other)).IsDirty));
    }

    [Fact]
    public async Task A_repository_of_another_user_is_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can give files away.");
        var commit = _workshop.Commit("README.md", "# One\n");
        GitWorkshop.RunIn(_workshop.Tree, "chown", "-R", "nobody", _workshop.Tree);

        var files = await ReadAsync();

        Assert.Equal((commit, false), (files.CommitSha, files.IsDirty));
    }

    [Fact]
    public async Task A_configuration_that_calls_the_whole_disk_its_working_tree_is_not_believed()
    {
        _workshop.Commit("README.md", "# One\n");
        _workshop.Git("config", "core.worktree", "/");

        var files = await ReadAsync();

        Assert.Equal((null, false), (files.CommitSha, files.IsDirty));
        Assert.NotNull(files.Snapshot.Find("README.md"));
    }

    [Fact]
    public async Task A_folder_that_takes_too_long_to_compare_is_taken_for_changed_and_says_so()
    {
        _workshop.Write("large.bin", new byte[30_000_000]);
        var commit = _workshop.Commit();
        // Its time says nothing, so that all of it must be read.
        File.SetLastWriteTimeUtc(Path.Combine(_workshop.Tree, "large.bin"), DateTime.UnixEpoch);

        var tree = await WorkingTree.ReadAsync(_workshop.Tree, new ImpatientTime(), CancellationToken.None);

        Assert.Equal((commit, true), (tree!.CommitSha, tree.IsDirty));
        Assert.Contains("in time", tree.Doubt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".git/HEAD", "nonsense")]
    [InlineData(".git/HEAD", "ref: refs/heads/../../../etc/passwd")]
    [InlineData(".git/HEAD", "1111111111111111111111111111111111111111")]
    [InlineData(".git/HEAD", null)]
    [InlineData(".git/config", "[core\nnonsense")]
    [InlineData(".git/config", "[core]\nrepositoryformatversion = 99\n[extensions]\nobjectformat = sha256\n")]
    [InlineData(".git/index", "DIRC nonsense")]
    [InlineData(".git/packed-refs", "nonsense\nrefs")]
    [InlineData(".git/refs/heads/main", "nonsense")]
    [InlineData(".git/refs/heads/main", "2222222222222222222222222222222222222222")]
    public async Task A_broken_repository_is_a_folder_like_any_other(string path, string? content)
    {
        _workshop.Commit("README.md", "# One\n");
        File.Delete(Path.Combine(_workshop.Tree, path));
        if (content is not null)
        {
            _workshop.Write(path, content);
        }

        var files = await ReadAsync();

        Assert.Equal("# One\n", files.Snapshot.Find("README.md")!.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gitdir: /nowhere/at/all")]
    [InlineData("gitdir: ../../../../etc")]
    [InlineData("nonsense")]
    public async Task A_file_in_the_place_of_the_repository_does_not_hide_the_folder(string content)
    {
        using var plain = new GitWorkshop(initialise: false);
        plain.Write("README.md", "# One\n");
        plain.Write(".git", content);

        var files = await ReadAsync(plain.Tree);

        Assert.Equal("# One\n", files.Snapshot.Find("README.md")!.Text);
        Assert.Null(files.CommitSha);
    }

    private Task<RepositoryFiles> ReadAsync(string? folder = null) => new LocalFolderSource(TimeProvider.System)
        .ReadAsync(new RepositoryPlace(Guid.CreateVersion7(), Guid.CreateVersion7(), "local", folder ?? _workshop.Tree, Caller.Anonymous), null, CancellationToken.None);

    private List<string> Describe() =>
        [.. new DirectoryInfo(_workshop.Tree).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O}").Order(StringComparer.Ordinal)];

    /// <summary>A clock on which every time is up at once.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
