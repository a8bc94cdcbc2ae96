using System.Text;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Git;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>A commit is read as the folder is that it would be checked out to, and nothing in it acts on the machine that reads it.</summary>
public sealed class GitTreeSnapshotTests : IDisposable
{
    private readonly GitWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_commit_and_its_folder_give_the_same_snapshot_and_the_same_analysis(bool isPacked)
    {
        WriteProject();
        var commit = _workshop.Commit();

        var fromFolder = FolderSnapshot.Read(_workshop.Tree, SnapshotLimits.Default, CancellationToken.None);
        var fromCommit = Read(commit, isPacked ? _workshop.Bare() : Path.Combine(_workshop.Tree, ".git"));

        Assert.Equal(Describe(fromFolder), Describe(fromCommit));
        Assert.Equal(fromFolder.Diagnostics, fromCommit.Diagnostics);
        Assert.Equal(Analyse(fromFolder), Analyse(fromCommit));
        Assert.Contains("findings", Analyse(fromCommit), StringComparison.Ordinal);
    }

    [Fact]
    public void A_commit_and_its_folder_meet_the_limits_at_the_same_files()
    {
        WriteProject();
        var commit = _workshop.Commit();
        foreach (var limits in new[]
        {
            new SnapshotLimits { MaxFiles = 5 }, new SnapshotLimits { MaxFileBytes = 100 }, new SnapshotLimits { MaxTotalBytes = 900 },
            new SnapshotLimits { MaxLockFileBytes = 10, MaxFileBytes = 10 },
        })
        {
            var fromFolder = FolderSnapshot.Read(_workshop.Tree, limits, CancellationToken.None);
            var fromCommit = Read(commit, Path.Combine(_workshop.Tree, ".git"), limits);

            Assert.Equal(Describe(fromFolder), Describe(fromCommit));
            Assert.Equal(fromFolder.Diagnostics, fromCommit.Diagnostics);
        }
    }

    [Fact]
    public void Links_and_submodules_are_listed_and_not_followed()
    {
        File.CreateSymbolicLink(Path.Combine(_workshop.Tree, "passwords"), "/etc/passwd");
        File.CreateSymbolicLink(Path.Combine(_workshop.Tree, "up"), "..");
        _workshop.Git("update-index", "--add", "--cacheinfo", $"160000,{new string('1', 40)},library");
        _workshop.Git("add", "passwords", "up");
        _workshop.Git("commit", "--quiet", "--message", "Links");

        var snapshot = Read(_workshop.Head());

        Assert.Equal(["library Submodule 0", "passwords Link 0", "up Link 0"], snapshot.Entries.Select(file => $"{file.Path} {file.Kind} {file.Size}"));
        Assert.Empty(snapshot.Files);
    }

    [Fact]
    public void A_pointer_of_git_lfs_is_known_as_one()
    {
        var snapshot = Read(_workshop.Commit("model.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"));

        Assert.Equal(FileKind.LfsPointer, Assert.Single(snapshot.Entries).Kind);
    }

    [Fact]
    public void Attributes_and_filters_of_the_repository_change_nothing()
    {
        _workshop.Write(".gitattributes", "*.txt filter=evil ident eol=crlf\n");
        var marker = _workshop.Beside("ran");
        _workshop.Write("a.txt", "$Id$\nline\n");
        var commit = _workshop.Commit();
        var bare = _workshop.Bare();
        GitWorkshop.GitIn(bare, null, "config", "filter.evil.smudge", $"touch {marker}");
        GitWorkshop.GitIn(bare, null, "config", "core.fsmonitor", $"touch {marker}");
        GitWorkshop.GitIn(bare, null, "config", "core.hooksPath", _workshop.Beside("hooks"));

        Assert.Equal("$Id$\nline\n", Read(commit, bare).Find("a.txt")!.Text);
        Assert.False(File.Exists(marker));
    }

    [Fact]
    public void Names_that_are_no_paths_are_told_and_left_out()
    {
        var blob = _workshop.WriteObject("blob", "text"u8.ToArray());
        var git = _workshop.WriteObject("tree", Entry("100644", "config", blob));
        var tree = _workshop.WriteObject("tree", [
            .. Entry("100644", ".", blob), .. Entry("100644", "..", blob), .. Entry("40000", ".git", git), .. Entry("100644", "/etc/cron.d/x", blob),
            .. Entry("100644", "a/../../x", blob), .. Entry("100644", "good", blob), .. Entry("150000", "odd", blob), .. Entry("20000", "device", blob)]);

        var snapshot = Read(_workshop.CommitTree(tree));

        Assert.Equal(["device Unreadable", "good Text", "odd Unreadable"], snapshot.Entries.Select(file => $"{file.Path} {file.Kind}"));
        Assert.Equal(4, snapshot.Diagnostics.Count(diagnostic => diagnostic.Message.Contains("leads elsewhere", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_with_newlines_and_bytes_that_are_no_text_are_read_the_same_each_time()
    {
        var blob = _workshop.WriteObject("blob", "text"u8.ToArray());
        var tree = _workshop.WriteObject("tree", [
            .. Entry("100644", "a\nb", blob), .. GitWorkshop.Entry("100644", [0x63, 0xe4], blob), .. GitWorkshop.Entry("100644", [0x63, 0xf6], blob),
            .. Entry("100644", "d $(id) `id` ${{ x }}", blob), .. Entry("100644", "\\..\\e", blob)]);
        var commit = _workshop.CommitTree(tree);

        var snapshot = Read(commit);

        Assert.Equal(["\\..\\e", "a\nb", "c\uFFFD", "d $(id) `id` ${{ x }}"], snapshot.Files.Select(file => file.Path));
        Assert.Contains("same name", Assert.Single(snapshot.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Equal(Analyse(snapshot), Analyse(Read(commit)));
    }

    [Fact]
    public void A_tree_that_holds_itself_ten_times_on_ten_levels_ends()
    {
        var blob = _workshop.WriteObject("blob", "text"u8.ToArray());
        var tree = _workshop.WriteObject("tree", Entry("100644", "f", blob));
        for (var level = 0; level < 10; level++)
        {
            var below = tree;
            tree = _workshop.WriteObject("tree", [.. Enumerable.Range(0, 10).SelectMany(number => Entry("40000", $"d{number}", below))]);
        }

        var commit = _workshop.CommitTree(tree);
        _workshop.Git("update-ref", "refs/heads/main", commit);
        var snapshot = Read(commit, _workshop.Bare(), new SnapshotLimits { MaxFiles = 1000 });

        Assert.Equal(1000, snapshot.Entries.Count);
        Assert.Contains(snapshot.Diagnostics, diagnostic => diagnostic.Message.Contains("more than 100000 folders", StringComparison.Ordinal));
    }

    [Fact]
    public void A_tree_of_three_hundred_levels_ends()
    {
        var tree = _workshop.WriteObject("tree", Entry("100644", "f", _workshop.WriteObject("blob", [])));
        for (var level = 0; level < 300; level++)
        {
            tree = _workshop.WriteObject("tree", Entry("40000", "d", tree));
        }

        var snapshot = Read(_workshop.CommitTree(tree));

        Assert.Empty(snapshot.Entries);
        Assert.Contains("deeper", Assert.Single(snapshot.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_whose_content_is_missing_is_told_and_the_others_are_read()
    {
        _workshop.Write("gone", "gone");
        var commit = _workshop.Commit("here", "here");
        var blob = _workshop.Git("rev-parse", "HEAD:gone").Trim();
        var file = Path.Combine(_workshop.Tree, ".git", "objects", blob[..2], blob[2..]);
        File.SetAttributes(file, FileAttributes.Normal);
        File.Delete(file);

        var snapshot = Read(commit);

        Assert.Throws<GitException>(() => Read(commit, isComplete: true));
        Assert.Equal(["gone Unreadable", "here Text"], snapshot.Entries.Select(entry => $"{entry.Path} {entry.Kind}"));
    }

    [Theory]
    [InlineData("tree", "100644 name")]
    [InlineData("tree", "nothing at all")]
    [InlineData("commit", "tree nonsense\n")]
    [InlineData("commit", "author Ada\n")]
    public void A_malformed_tree_or_commit_is_refused(string kind, string content)
    {
        var id = _workshop.WriteObject(kind, Encoding.ASCII.GetBytes(content));

        Assert.Throws<GitException>(() => Read(kind == "tree" ? _workshop.CommitTree(id) : id));
    }

    [Fact]
    public void Many_threads_read_the_same_text()
    {
        for (var number = 0; number < 100; number++)
        {
            _workshop.Write($"f{number}.txt", string.Join('\n', Enumerable.Range(number, 200)));
        }

        var commit = _workshop.Commit();
        var bare = _workshop.Bare();
        for (var round = 0; round < 5; round++)
        {
            var snapshot = Read(commit, bare);
            Parallel.ForEach(snapshot.Files.Concat(snapshot.Files), file =>
                Assert.Equal(string.Join('\n', Enumerable.Range(int.Parse(file.Name[1..^4]), 200)), file.Text));
        }
    }

    private void WriteProject()
    {
        _workshop.Write("README.md", "# Shop\n");
        _workshop.Write("package.json", """{ "name": "shop", "scripts": { "test": "jest" }, "devDependencies": { "jest": "29.0.0" } }""");
        _workshop.Write("package-lock.json", """{ "lockfileVersion": 3 }""");
        _workshop.Write("Dockerfile", "FROM node:latest\nUSER root\n");
        _workshop.Write("dist/app.min.js", "x()");
        _workshop.Write("src/generated.cs", "// <auto-generated/>\nclass A;\n");
        _workshop.Write("src/index.js", "require('child_process').exec(process.argv[2])\n");
        _workshop.Write("src/large.txt", new string('x', 2 * 1024 * 1024));
        _workshop.Write("src/logo.png", [0x89, 0x50, 0, 1]);
        _workshop.Write("src/ünïcode ☃.txt", "\uFEFFtext with a mark\r\nand windows ends\r\n");
        _workshop.Write("vendor/other/a.go", "package a\n");
        _workshop.Write("src-a/b.txt", "sorted by name, not by bytes with a slash\n");
        _workshop.Write("src.txt", "likewise\n");
        _workshop.Write("empty", "");
        _workshop.Write(".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm test\n");
        File.CreateSymbolicLink(Path.Combine(_workshop.Tree, "latest"), "src");
    }

    private RepositorySnapshot Read(string commit, string? gitDirectory = null, SnapshotLimits? limits = null, bool isComplete = false)
    {
        Assert.True(ObjectId.TryParse(commit, out var id));
        return GitTreeSnapshot.Read(ObjectStore.Open(gitDirectory ?? Path.Combine(_workshop.Tree, ".git")), id, limits ?? SnapshotLimits.Default, isComplete, CancellationToken.None);
    }

    private static List<string> Describe(RepositorySnapshot snapshot) =>
        [.. snapshot.Entries.Select(file => $"{file.Path} {file.Kind} {file.Size} {(file.IsRead ? file.Text : "")}")];

    private static string Analyse(RepositorySnapshot snapshot)
    {
        using var report = new MemoryStream();
        JsonReport.Write(RepositoryAnalyzer.Analyze(snapshot, AnalysisOptions.Default), report);
        return Encoding.UTF8.GetString(report.ToArray());
    }

    private static byte[] Entry(string mode, string name, string id) => GitWorkshop.Entry(mode, Encoding.UTF8.GetBytes(name), id);
}
