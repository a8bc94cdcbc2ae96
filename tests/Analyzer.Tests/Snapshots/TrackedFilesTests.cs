using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Analyzer.Tests.Support;

namespace AutoDevOps.Analyzer.Tests.Snapshots;

/// <summary>What is ignored and tracked all the same belongs to the repository. The judge is git.</summary>
public sealed class TrackedFilesTests
{
    private const string Ignored = "*.log\n/build/\n.github/\n";
    private static readonly string[] Kept = [".github/workflows/ci.yml", ".gitignore", "build/deep/er/tool.sh", "src/a.c", "src/kept.log"];

    [Theory]
    [InlineData("sha1", "2")]
    [InlineData("sha1", "3")]
    [InlineData("sha1", "4")]
    [InlineData("sha256", "2")]
    [InlineData("sha256", "4")]
    public void A_workflow_that_git_tracks_is_examined_although_gitignore_names_its_folder(string hash, string version)
    {
        using var folder = Repository(hash);
        Git.Run(folder.Root, "update-index", "--index-version", version);
        if (version == "3")
        {
            // Which only the third version and later have room for.
            Git.Run(folder.Root, "update-index", "--skip-worktree", "src/a.c");
        }

        Assert.Equal(Kept, Paths(folder.Root));
        Assert.Equal(Git.Addable(folder.Root).Order(StringComparer.Ordinal), Paths(folder.Root));
    }

    [Fact]
    public void A_folder_of_the_repository_has_its_tracked_files_too()
    {
        using var folder = Repository("sha1");
        Assert.Equal(["a.c", "kept.log"], Paths(folder.At("src")));
    }

    [Fact]
    public void A_further_working_tree_has_an_index_of_its_own()
    {
        using var folder = Repository("sha1");
        Git.Run(folder.Root, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "all");
        Git.Run(folder.Root, "worktree", "add", "--quiet", folder.At("../tree-" + Path.GetFileName(folder.Root)));
        var tree = folder.At("../tree-" + Path.GetFileName(folder.Root));
        try
        {
            File.WriteAllText(Path.Combine(tree, "other.log"), "x");
            Assert.Equal(Kept, Paths(tree));
        }
        finally
        {
            Directory.Delete(tree, recursive: true);
        }
    }

    [Fact]
    public void Without_an_index_what_is_ignored_is_left_out()
    {
        using var folder = Repository("sha1");
        File.Delete(folder.At(".git/index"));
        var snapshot = Read(folder.Root);
        Assert.Equal([".gitignore", "src/a.c"], snapshot.Entries.Select(entry => entry.Path));
        Assert.Empty(snapshot.Diagnostics);
    }

    [Fact]
    public void A_broken_index_is_named_and_everything_else_is_examined()
    {
        using var folder = Repository("sha1");
        var whole = File.ReadAllBytes(folder.At(".git/index"));
        foreach (var length in Enumerable.Range(1, whole.Length - 30))
        {
            File.WriteAllBytes(folder.At(".git/index"), whole[..length]);
            var snapshot = Read(folder.Root);
            Assert.Equal([".gitignore", "src/a.c"], snapshot.Entries.Select(entry => entry.Path));
            Assert.Equal(".git/index", Assert.Single(snapshot.Diagnostics).Path);
        }
    }

    /// <summary>Whatever the index says, nothing is read that is not in the folder, and nothing is lost that would be there without it.</summary>
    [Theory]
    [InlineData("2")]
    [InlineData("4")]
    public void A_hostile_index_adds_nothing_that_is_not_there(string version)
    {
        using var folder = Repository("sha1");
        Git.Run(folder.Root, "update-index", "--index-version", version);
        var whole = File.ReadAllBytes(folder.At(".git/index"));
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var bytes = whole.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(4, bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(folder.At(".git/index"), bytes);
            var paths = Paths(folder.Root);
            Assert.Empty(paths.Except([.. Kept, "other.log", "src/other.log", "build/output"]));
            Assert.Empty(((string[])[".gitignore", "src/a.c"]).Except(paths));
        }
    }

    [Theory]
    [InlineData("gitdir: /dev")]
    [InlineData("gitdir: ../../../../../../../../proc/self")]
    [InlineData("gitdir:")]
    [InlineData("gitdir: \0")]
    [InlineData("something else")]
    public void A_pointer_to_nowhere_is_no_index(string text)
    {
        using var folder = new TemporaryFolder((".gitignore", Ignored), ("a.log", "x"), ("b", "x"), (".git", text));
        Assert.Equal([".gitignore", "b"], Paths(folder.Root));
    }

    private static TemporaryFolder Repository(string hash)
    {
        var folder = new TemporaryFolder([("other.log", "x"), ("src/other.log", "x"), ("build/output", "x"), (".gitignore", Ignored), .. Kept.Except([".gitignore"]).Select(path => (path, "x"))]);
        Git.Run(folder.Root, "init", "--quiet", "--object-format", hash);
        Git.Run(folder.Root, ["add", "--force", .. Kept]);
        return folder;
    }

    private static IReadOnlyList<string> Paths(string folder) => [.. Read(folder).Entries.Select(entry => entry.Path)];

    private static RepositorySnapshot Read(string folder) => FolderSnapshot.Read(folder, SnapshotLimits.Default, TestContext.Current.CancellationToken);
}
