using System.Diagnostics;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Analyzer.Tests.Support;

namespace AutoDevOps.Analyzer.Tests.Snapshots;

public sealed class FolderSnapshotTests
{
    [Fact]
    public void Files_are_listed_in_ordinal_order_whatever_the_disk_says()
    {
        using var folder = new TemporaryFolder(("b/x", "1"), ("a", "1"), ("B", "1"), ("a.b/c", "1"), ("a-b", "1"), ("ä", "1"));
        Assert.Equal(["B", "a", "a-b", "a.b/c", "b/x", "ä"], Paths(Read(folder)));
    }

    [Fact]
    public void The_own_git_folder_is_not_part_of_the_repository()
    {
        using var folder = new TemporaryFolder(("a", "1"), ("src/b", "1"));
        Git.Init(folder.Root);
        Assert.Equal(["a", "src/b"], Paths(Read(folder)));
    }

    [Fact]
    public void A_repository_inside_is_listed_and_not_entered()
    {
        using var folder = new TemporaryFolder(("a", "1"), ("inner/.git/config", ""), ("inner/secret", "x"), ("module/.git", "gitdir: ../.git/modules/module\n"), ("module/x", "1"));
        var snapshot = Read(folder);

        Assert.Equal(["a text", "inner submodule", "module submodule"], Kinds(snapshot));
    }

    [Fact]
    public void Links_are_listed_and_not_followed()
    {
        using var outside = new TemporaryFolder(("secret.txt", "outside"));
        using var folder = new TemporaryFolder(("a.txt", "x"), ("d/b.txt", "y"));
        File.CreateSymbolicLink(folder.At("file"), outside.At("secret.txt"));
        Directory.CreateSymbolicLink(folder.At("outside"), outside.Root);
        Directory.CreateSymbolicLink(folder.At("d/loop"), folder.Root);
        File.CreateSymbolicLink(folder.At("dangling"), folder.At("nowhere"));
        File.CreateSymbolicLink(folder.At(".gitignore"), outside.At("secret.txt"));

        Assert.Equal([".gitignore link", "a.txt text", "d/b.txt text", "d/loop link", "dangling link", "file link", "outside link"], Kinds(Read(folder)));
    }

    [Fact]
    public async Task A_pipe_does_not_block()
    {
        using var folder = new TemporaryFolder(("a.txt", "x"));
        Shell(folder, "mkfifo pipe");
        var reading = Task.Run(() => Read(folder).Files.Select(file => file.Text).ToList(), TestContext.Current.CancellationToken);
        Assert.Equal(["x", ""], await reading.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_device_given_as_a_file_does_not_go_on_for_ever() =>
        Assert.Equal("", Assert.Single(FolderSnapshot.ReadFiles("/", ["/dev/zero"]).Files).Text);

    [Fact]
    public void An_unreadable_file_and_folder_are_said_and_the_rest_is_read()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "The administrator may read everything; the terminal's tests run it as somebody else.");
        using var folder = new TemporaryFolder(("a", "1"), ("secret", "x"), ("closed/b", "y"), (".gitignore", "a\n"));
        Shell(folder, "chmod 000 secret .gitignore closed");
        try
        {
            var snapshot = Read(folder);
            Assert.Equal([".gitignore unreadable", "a text", "secret unreadable"], Kinds(snapshot));
            Assert.Equal([".gitignore", ".gitignore", "closed", "secret"], snapshot.Diagnostics.Select(diagnostic => diagnostic.Path).Order(StringComparer.Ordinal));
        }
        finally
        {
            Shell(folder, "chmod 700 closed");
        }
    }

    [Fact]
    public void Names_with_line_ends_spaces_and_255_bytes_are_names()
    {
        var longest = new string('x', 255);
        using var folder = new TemporaryFolder(("a\nb", "1"), (" ", "2"), (longest, "3"), ("ü\t", "4"));
        Assert.Equal([" ", "a\nb", longest, "ü\t"], Paths(Read(folder)));
        Assert.Equal(["2", "1", "3", "4"], Read(folder).Files.Select(file => file.Text));
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_counted_and_said()
    {
        using var folder = new TemporaryFolder(("a", "1"));
        Shell(folder, "printf x > \"$(printf 'b\\377')\"; mkdir \"$(printf 'd\\376')\"; printf x > \"$(printf 'd\\376')/c\"");
        var snapshot = Read(folder);
        Shell(folder, "rm -r b* d*");

        Assert.Equal(["a text", "b\uFFFD unreadable", "d\uFFFD unreadable"], Kinds(snapshot));
        Assert.All(snapshot.Diagnostics, diagnostic => Assert.Equal("Cannot be read: its name is not valid UTF-8.", diagnostic.Message));
        Assert.Equal(2, snapshot.Diagnostics.Count);
    }

    [Fact]
    public void A_file_that_goes_away_after_it_was_listed_counts_as_unreadable_and_is_said_once()
    {
        using var folder = new TemporaryFolder(("a.yml", "x: 1\n"), ("b.yml", "y: 1\n"), ("c.yml", "z: 1\n"));
        var snapshot = Read(folder);
        File.Delete(folder.At("a.yml"));
        File.WriteAllText(folder.At("c.yml"), new string('#', (1024 * 1024) + 1));

        Assert.Equal(["", "y: 1\n", "", ""], snapshot.Files.Select(file => file.Text).Append(snapshot.Files[0].Text));
        Assert.Equal(["a.yml Cannot be read: 'a.yml' changed while it was examined.", "c.yml Cannot be read: 'c.yml' changed while it was examined."],
            snapshot.Diagnostics.Select(diagnostic => $"{diagnostic.Path} {diagnostic.Message}"));
        Assert.Equal((3, 1, 2), (snapshot.Coverage.Files, snapshot.Coverage.Read, Assert.Single(snapshot.Coverage.Skipped, skipped => skipped.Reason == FileKind.Unreadable).Count));
    }

    [Fact]
    public void A_file_that_comes_back_stays_gone_for_this_examination()
    {
        using var folder = new TemporaryFolder(("a", "1"));
        var file = Read(folder).Files[0];
        File.Delete(folder.At("a"));
        Assert.Equal("", file.Text);
        folder.Write("a", "2");
        Assert.Equal("", file.Text);
    }

    [Fact]
    public void A_rule_run_over_a_file_that_went_away_says_so_once_and_fails_no_rule()
    {
        using var folder = new TemporaryFolder((".github/workflows/ci.yml", "on: push\n"), ("package.json", "{}"));
        var snapshot = Read(folder);
        File.Delete(folder.At(".github/workflows/ci.yml"));
        File.Delete(folder.At("package.json"));
        var result = RepositoryAnalyzer.Analyze(snapshot, AnalysisOptions.Default, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([".github/workflows/ci.yml", "package.json"], result.Diagnostics.Where(diagnostic => diagnostic.Message.StartsWith("Cannot be read", StringComparison.Ordinal)).Select(diagnostic => diagnostic.Path));
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Message.Contains("failed", StringComparison.Ordinal));
        Assert.Equal(0, result.Coverage.Read);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void What_comes_after_the_last_file_allowed_is_counted(int limit, int beyond)
    {
        using var folder = new TemporaryFolder(("a", "1"), ("b/c", "1"), ("d", "1"));
        var snapshot = Read(folder, new() { MaxFiles = limit });

        Assert.Equal(limit, snapshot.Entries.Count);
        Assert.Equal(beyond == 0 ? [] : [$"The repository has more than {limit} files; {beyond} were not looked at."], snapshot.Diagnostics.Select(diagnostic => diagnostic.Message));
    }

    [Fact]
    public void Of_too_many_files_those_that_say_what_the_whole_is_come_first()
    {
        using var folder = new TemporaryFolder(("a/deep/1", "1"), ("a/2", "1"), ("package.json", "{}"), ("README", "1"));
        Assert.Equal(["README", "a/2", "package.json"], Read(folder, new() { MaxFiles = 3 }).Entries.Select(file => file.Path));
    }

    [Fact]
    public void A_file_of_just_the_limit_is_read_and_one_byte_more_is_not()
    {
        using var folder = new TemporaryFolder(("fits", "12345"), ("large", "123456"), ("package-lock.json", "1234567"), ("yarn.lock", "12345678"));
        Assert.Equal(["fits text", "large too_large", "package-lock.json text", "yarn.lock too_large"],
            Kinds(Read(folder, new() { MaxFileBytes = 5, MaxLockFileBytes = 7 })));
    }

    [Fact]
    public void Once_the_sum_is_reached_files_are_listed_and_not_read()
    {
        using var folder = new TemporaryFolder(("a", "123"), ("b", "123"), ("c", "1"), ("d.bin", "\0"));
        Assert.Equal(["a text", "b text", "c over_total", "d.bin binary"], Kinds(Read(folder, new() { MaxTotalBytes = 6 })));
    }

    [Fact]
    public void A_file_of_two_gigabytes_is_listed_with_its_size_and_not_opened()
    {
        using var folder = new TemporaryFolder(("a", "1"));
        using (var huge = File.Create(folder.At("huge.json")))
        {
            huge.SetLength(2L * 1024 * 1024 * 1024);
        }

        var entry = Assert.Single(Read(folder).Entries, file => file.Path == "huge.json");
        Assert.Equal((FileKind.TooLarge, 2L * 1024 * 1024 * 1024), (entry.Kind, entry.Size));
    }

    [Fact]
    public void A_folder_inside_a_repository_obeys_what_is_ignored_above_it_and_is_no_whole()
    {
        using var folder = new TemporaryFolder((".gitignore", "*.log\nbuild/\n/web/only\n"), ("web/.gitignore", "!keep.log\n"), ("web/a.log", "x"), ("web/keep.log", "x"),
            ("web/only/x", "x"), ("web/build/x", "x"), ("web/src/a.ts", "x"), ("web/src/only/x", "x"));
        Git.Init(folder.Root);
        var snapshot = Snapshot(folder.At("web"));

        Assert.Equal([".gitignore", "keep.log", "src/a.ts", "src/only/x"], Paths(snapshot));
        Assert.False(snapshot.IsWhole);
        Assert.Contains("a part of the repository", Assert.Single(snapshot.Diagnostics).Message);
        Assert.True(Read(folder).IsWhole);
    }

    [Fact]
    public void A_folder_that_its_repository_ignores_stands_alone()
    {
        using var folder = new TemporaryFolder((".gitignore", "out/\n*.log\n"), ("out/site/a.log", "x"));
        Git.Init(folder.Root);
        var snapshot = Snapshot(folder.At("out/site"));

        Assert.Equal(["a.log"], Paths(snapshot));
        Assert.True(snapshot.IsWhole);
        Assert.Empty(snapshot.Diagnostics);
    }

    [Fact]
    public void Rules_about_a_repository_as_a_whole_do_not_run_on_a_part_of_one()
    {
        using var folder = new TemporaryFolder(("README.md", "# x\n"), ("web/a.txt", "x"));
        Git.Init(folder.Root);
        Assert.DoesNotContain("missing-readme", Rules(Snapshot(folder.At("web"))));
        Assert.DoesNotContain("missing-readme", Rules(FolderSnapshot.ReadFiles(folder.Root, ["web/a.txt"])));
        Assert.Contains("missing-licence", Rules(Read(folder)));
    }

    [Theory]
    [InlineData("nowhere", "'nowhere' does not exist. Give the folder of a repository.")]
    [InlineData("", "The path is empty. Give the folder of a repository; '.' is the current one.")]
    [InlineData(" \t", "The path is empty. Give the folder of a repository; '.' is the current one.")]
    [InlineData("a\0b", "The path has a NUL character in it. Give the folder of a repository.")]
    public void A_path_that_is_no_folder_is_answered_with_what_to_give(string path, string message) =>
        Assert.Equal(message, Assert.Throws<SnapshotException>(() => Snapshot(path)).Message);

    [Fact]
    public void An_empty_folder_and_a_file_are_answered_with_what_to_give()
    {
        using var folder = new TemporaryFolder((".gitignore", "*\n"), ("a", "1"));
        Assert.Contains("has no files (that .gitignore leaves in)", Assert.Throws<SnapshotException>(() => Read(folder)).Message);
        Assert.Contains("is a file. Give the folder", Assert.Throws<SnapshotException>(() => Snapshot(folder.At("a"))).Message);
    }

    [Fact]
    public void Single_files_are_named_from_the_folder_they_are_asked_for_in()
    {
        using var folder = new TemporaryFolder(("web/Dockerfile", "FROM x\n"), ("a", "1"));
        Assert.Equal(["a", "web/Dockerfile"], Paths(FolderSnapshot.ReadFiles(folder.Root, ["web/Dockerfile", "./a", "a", folder.At("a")])));
        Assert.Equal(["Dockerfile"], Paths(FolderSnapshot.ReadFiles(folder.At("web"), ["Dockerfile"])));
        Assert.Equal("'web' is a folder. Give one folder, or files only.", Assert.Throws<SnapshotException>(() => FolderSnapshot.ReadFiles(folder.Root, ["a", "web"])).Message);
        Assert.Equal("'b' does not exist.", Assert.Throws<SnapshotException>(() => FolderSnapshot.ReadFiles(folder.Root, ["b"])).Message);
    }

    [Fact]
    public void Cancelling_stops_the_walk()
    {
        using var folder = new TemporaryFolder(("a", "1"));
        Assert.Throws<OperationCanceledException>(() => FolderSnapshot.Read(folder.Root, SnapshotLimits.Default, new CancellationToken(canceled: true)));
    }

    /// <summary>What .NET cannot do: name a file with bytes.</summary>
    private static void Shell(TemporaryFolder folder, string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = folder.Root })!;
        shell.WaitForExit();
    }

    private static RepositorySnapshot Read(TemporaryFolder folder, SnapshotLimits? limits = null) =>
        FolderSnapshot.Read(folder.Root, limits ?? SnapshotLimits.Default, TestContext.Current.CancellationToken);

    private static RepositorySnapshot Snapshot(string path) => FolderSnapshot.Read(path, SnapshotLimits.Default, TestContext.Current.CancellationToken);

    private static IEnumerable<string> Paths(RepositorySnapshot snapshot) => snapshot.Entries.Select(file => file.Path);

    private static IEnumerable<string> Kinds(RepositorySnapshot snapshot) => snapshot.Entries.Select(file => $"{file.Path} {Analyzer.Reports.ReportNames.Of(file.Kind)}");

    private static IEnumerable<string> Rules(RepositorySnapshot snapshot) =>
        RepositoryAnalyzer.Analyze(snapshot, AnalysisOptions.Default, cancellationToken: TestContext.Current.CancellationToken).Findings.Select(finding => finding.Rule.Name);
}
