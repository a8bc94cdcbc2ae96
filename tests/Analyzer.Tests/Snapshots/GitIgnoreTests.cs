using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Analyzer.Tests.Support;
using CsCheck;

namespace AutoDevOps.Analyzer.Tests.Snapshots;

public sealed class GitIgnoreTests
{
    [Theory]

    // Without a slash a pattern holds at any depth.
    [InlineData("*.log", "a.log b/c.log", "a.txt b/log")]
    [InlineData("log", "log b/log", "logs b/log.txt")]

    // With one in front or in the middle it starts at the folder of its file.
    [InlineData("/log", "log", "b/log")]
    [InlineData("b/log", "b/log", "a/b/log b/log2")]

    // At the end it means folders only.
    [InlineData("build/", "build/x a/build/x", "build2/x a/b/build")]

    // Two stars stand for any number of folders.
    [InlineData("**/log", "log a/log a/b/log", "a/logs")]
    [InlineData("a/**/log", "a/log a/b/log a/b/c/log", "b/a/log")]
    [InlineData("a/**", "a/x a/b/x", "x b/a/x")]
    [InlineData("a/**/b/**/c", "a/b/c a/x/b/y/c", "a/c")]
    [InlineData("a**b/x", "ab/x azzb/x", "a/b/x")]

    // A later pattern takes back what an earlier one left out.
    [InlineData("*.log\n!keep.log", "a.log b/x.log", "keep.log b/keep.log")]
    [InlineData("!keep.log\n*.log", "keep.log", "")]

    // But not what lies in a folder that is left out.
    [InlineData("a/\n!a/keep", "a/keep a/x", "b")]
    [InlineData("a/*\n!a/keep", "a/x", "a/keep")]
    [InlineData("/*\n!/a\n/a/*\n!/a/b", "x a/x", "a/b")]

    // Characters with a meaning, and without one.
    [InlineData("?.txt", "a.txt", "ab.txt .txt")]
    [InlineData("[a-c].txt", "a.txt c.txt", "d.txt")]
    [InlineData("[!a-c].txt", "d.txt", "a.txt")]
    [InlineData("[^a].txt", "b.txt", "a.txt")]
    [InlineData("[]x].txt", "].txt x.txt", "a.txt")]
    [InlineData("[[:digit:]]", "1 a/2", "x")]
    [InlineData("x[", "", "x[")]
    [InlineData("\\*", "*", "a")]
    [InlineData("\\#x\n#y", "#x", "#y y")]
    [InlineData("\\!x", "!x", "x")]
    [InlineData("a\\ \nb \nc\t", "a\u0020 b c\t", "c")]
    [InlineData("\r\n*.log\r\n", "a.log", "a.txt")]
    [InlineData("\n\n/\n", "", "a b/c")]
    public void A_pattern_means_what_git_says_it_means(string patterns, string ignored, string kept)
    {
        // Names are split at spaces; one at the end of a name belongs to it.
        var gone = ignored.Replace("\u0020 ", "\u00a0 ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name.Replace('\u00a0', ' ')).ToList();
        var there = kept.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var folder = new TemporaryFolder([(".gitignore", patterns), .. gone.Concat(there).Select(path => (path, "x"))]);
        Git.Init(folder.Root);

        Assert.Equal(there.Order(StringComparer.Ordinal), Listed(folder).Where(path => path != ".gitignore"));
        Assert.Equal(Git.Addable(folder.Root).Order(StringComparer.Ordinal), Listed(folder));
    }

    [Fact]
    public void A_nested_file_speaks_for_its_own_folder_and_louder_than_those_above()
    {
        using var folder = new TemporaryFolder(
            (".gitignore", "*.log\n/only-here\n"), ("web/.gitignore", "!*.log\n/dist\ntmp/\n"), ("web/deep/.gitignore", "*.log\n"),
            ("a.log", "x"), ("only-here", "x"), ("web/a.log", "x"), ("web/only-here", "x"), ("web/dist/x", "x"), ("web/deep/dist/x", "x"),
            ("web/deep/a.log", "x"), ("web/deep/tmp/x", "x"), ("tmp/x", "x"));
        Git.Init(folder.Root);

        Assert.Equal(
            [".gitignore", "tmp/x", "web/.gitignore", "web/a.log", "web/deep/.gitignore", "web/deep/dist/x", "web/only-here"],
            Listed(folder).Order(StringComparer.Ordinal));
        Assert.Equal(Git.Addable(folder.Root).Order(StringComparer.Ordinal), Listed(folder));
    }

    /// <summary>Random patterns over a fixed tree of names that are made to be confused.</summary>
    [Fact]
    public void Random_patterns_leave_out_what_git_leaves_out()
    {
        string[] names = ["a", "b", "ab", "a.b", "aa", "a b", "[a]", "A"];
        string[] parts = ["a", "b", "*", "**", "?", "/", "/", ".", "[ab]", "[!a]", "[a-b]", "]", "\\a", "\\*", "!", " ", "aa", "***", "**/", "/**/"];
        var line = Gen.Int[0, parts.Length - 1].Select(index => parts[index]).Array[1, 6].Select(string.Concat)

            // The manual says that these stars are plain ones; git itself forgets that when nothing but letters stands before them.
            .Where(pattern => !pattern.Select((character, at) => at > 0 && character == '*' && pattern[at - 1] is not ('*' or '/')).Any(stray => stray) || !pattern.Contains("**", StringComparison.Ordinal));
        var lines = line.Array[1, 4].Select(all => string.Join('\n', all));
        using var folder = new TemporaryFolder([.. names.SelectMany(outer => names.Take(5).Select(inner => ($"{outer}d/{inner}d/{outer}", "x"))), .. names.Select(name => (name, "x"))]);
        Git.Init(folder.Root);

        Gen.Select(lines, lines).Sample(
            (outer, inner) =>
            {
                folder.Write(".gitignore", outer);
                folder.Write("ad/.gitignore", inner);
                Assert.Equal(Git.Addable(folder.Root).Order(StringComparer.Ordinal), Listed(folder));
            },
            iter: 300, threads: 1);
    }

    [Fact]
    public void A_pattern_made_to_take_for_ever_is_decided_at_once()
    {
        var pattern = IgnorePattern.Parse(string.Concat(Enumerable.Repeat("*a", 200)) + "b")!;
        var deep = IgnorePattern.Parse(string.Concat(Enumerable.Repeat("**/a/", 200)) + "b")!;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.False(pattern.Matches(new string('a', 4000), isFolder: false));
        Assert.False(deep.Matches(string.Concat(Enumerable.Repeat("a/", 2000)) + "c", isFolder: false));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void More_patterns_than_are_used_are_said()
    {
        using var folder = new TemporaryFolder((".gitignore", string.Join('\n', Enumerable.Range(0, GitIgnore.MaxPatterns + 1).Select(number => $"x{number}"))), ("x0", ""), ($"x{GitIgnore.MaxPatterns}", ""));
        var snapshot = FolderSnapshot.Read(folder.Root, SnapshotLimits.Default, TestContext.Current.CancellationToken);

        Assert.Equal([".gitignore", $"x{GitIgnore.MaxPatterns}"], snapshot.Entries.Select(file => file.Path));
        Assert.Equal("Only its first 5000 patterns were used.", Assert.Single(snapshot.Diagnostics).Message);
    }

    [Fact]
    public void An_ignore_file_that_is_too_large_is_said_and_leaves_out_nothing()
    {
        using var folder = new TemporaryFolder((".gitignore", new string('\n', 1024 * 1024) + "a"), ("a", ""));
        var snapshot = FolderSnapshot.Read(folder.Root, SnapshotLimits.Default, TestContext.Current.CancellationToken);

        Assert.Contains("a", snapshot.Entries.Select(file => file.Path));
        Assert.Contains("nothing that it ignores was left out", Assert.Single(snapshot.Diagnostics).Message);
    }

    private static IEnumerable<string> Listed(TemporaryFolder folder) =>
        new FolderWalk(folder.Root, SnapshotLimits.Default, TestContext.Current.CancellationToken).Run().Entries.Select(file => file.Path);
}
