using AutoDevOps.Cli.Tests.Support;

namespace AutoDevOps.Cli.Tests;

public class GenerateTests
{
    private static TemporaryFolder GoModule() => new(
        ("go.mod", "module example.com/tool\n\ngo 1.24\n"),
        ("main.go", "package main\n\nfunc main() {}\n"),
        ("main_test.go", "package main\n\nimport \"testing\"\n\nfunc TestNothing(t *testing.T) {}\n"));

    [Fact]
    public async Task A_written_pipeline_is_current_and_written_again_the_same()
    {
        using var folder = GoModule();
        Assert.Equal(1, (await Autodevops.RunAsync(folder.Root, "generate", "--check")).ExitCode);
        Assert.Equal(0, (await Autodevops.RunAsync(folder.Root, "generate", "--write")).ExitCode);
        var first = folder.Read(".github/workflows/ci.yml");
        Assert.Contains("go test ./...", first);

        var check = await Autodevops.RunAsync(folder.Root, "generate", "--check");
        Assert.Equal((0, ""), (check.ExitCode, check.Output));
        await Autodevops.RunAsync(folder.Root, "generate", "--write");
        Assert.Equal(first, folder.Read(".github/workflows/ci.yml"));
    }

    [Fact]
    public async Task What_differs_is_shown_as_a_diff()
    {
        using var folder = GoModule();
        await Autodevops.RunAsync(folder.Root, "generate", "--write");
        folder.Write(".github/workflows/ci.yml", folder.Read(".github/workflows/ci.yml").Replace("go test ./...", "go test ."));
        var check = await Autodevops.RunAsync(folder.Root, "generate", "--check");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("+", check.Output);
        Assert.Contains("go test ./...", check.Output);
    }

    [Fact]
    public async Task A_repository_that_says_nothing_gets_no_invented_pipeline()
    {
        using var folder = new TemporaryFolder(("README.md", "# Notes\n"));
        var outcome = await Autodevops.RunAsync(folder.Root, "generate", "--write");
        Assert.Equal(2, outcome.ExitCode);
        Assert.False(Directory.Exists(Path.Combine(folder.Root, ".github")));
        Assert.Contains("No pipeline is offered", outcome.Error);
    }

    [Fact]
    public async Task Two_destinations_at_once_are_refused()
    {
        using var folder = GoModule();
        var outcome = await Autodevops.RunAsync(folder.Root, "generate", "--write", "--check");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("choose one", outcome.Error);
    }

    [Fact]
    public async Task The_model_shows_commands_with_their_evidence()
    {
        using var folder = GoModule();
        var text = await Autodevops.RunAsync(folder.Root, "model");
        Assert.Contains("go test ./...", text.Output);
        Assert.Contains("go.mod", text.Output);
        Assert.Contains("autodevops.model/1", (await Autodevops.RunAsync(folder.Root, "model", "--format", "json")).Output);
    }

    [Fact]
    public async Task Files_can_be_printed_or_written_elsewhere()
    {
        using var folder = GoModule();
        var printed = await Autodevops.RunAsync(folder.Root, "generate");
        Assert.Equal(printed, await Autodevops.RunAsync(folder.Root, "generate", "--stdout"));
        Assert.Equal(0, (await Autodevops.RunAsync(folder.Root, "generate", "--output", "out/deep")).ExitCode);
        Assert.Equal(printed.Output, folder.Read("out/deep/.github/workflows/ci.yml"));
        Assert.False(Directory.Exists(Path.Combine(folder.Root, ".github")));
        Assert.Equal([".github/workflows/ci.yml"], Directory.EnumerateFiles(Path.Combine(folder.Root, "out/deep"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Path.Combine(folder.Root, "out/deep"), path)));
    }

    [Theory]
    [InlineData("gitlab", ".gitlab-ci.yml")]
    [InlineData("circleci", ".circleci/config.yml")]
    [InlineData("azure", "azure-pipelines.yml")]
    [InlineData("jenkins", "Jenkinsfile")]
    public async Task Every_platform_is_written_checked_and_printed(string platform, string path)
    {
        using var folder = GoModule();
        var missing = await Autodevops.RunAsync(folder.Root, "generate", "-p", platform, "--check");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains($"+++ b/{path}", missing.Output);
        Assert.Equal(0, (await Autodevops.RunAsync(folder.Root, "generate", "-p", platform, "--output", "out")).ExitCode);
        Assert.Equal(0, (await Autodevops.RunAsync(folder.Root, "generate", "-p", platform, "--write")).ExitCode);
        Assert.Equal(folder.Read($"out/{path}"), folder.Read(path));
        Assert.Contains("go test ./...", folder.Read(path));
        Assert.Equal(0, (await Autodevops.RunAsync(folder.Root, "generate", "-p", platform, "--check")).ExitCode);
        Assert.Equal(folder.Read(path), (await Autodevops.RunAsync(folder.Root, "generate", "-p", platform, "--stdout")).Output);
    }

    [Fact]
    public async Task What_somebody_else_wrote_is_left_alone_and_ours_goes_beside_it()
    {
        using var folder = GoModule();
        folder.Write(".github/workflows/ci.yml", "on: push\njobs: {}\n");
        folder.Write(".github/dependabot.yml", "version: 2\nupdates: []\n");
        Assert.Equal(0, (await Autodevops.RunAsync(folder.Root, "generate", "--write")).ExitCode);
        Assert.Equal("on: push\njobs: {}\n", folder.Read(".github/workflows/ci.yml"));
        Assert.Contains("go test ./...", folder.Read(".github/workflows/autodevops.yml"));

        var refused = await Autodevops.RunAsync(folder.Root, "generate", "-p", "dependabot", "--write");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(".github/dependabot.yml exists and was not generated", refused.Error);
        Assert.Equal("version: 2\nupdates: []\n", folder.Read(".github/dependabot.yml"));

        // What is refused a place may still be looked at.
        var shown = await Autodevops.RunAsync(folder.Root, "generate", "-p", "dependabot", "--stdout");
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("package-ecosystem: gomod", shown.Output);
    }

    [Fact]
    public async Task Nothing_is_written_through_a_link_in_the_repository()
    {
        using var outside = new TemporaryFolder(("keep.txt", "x"));
        using var folder = GoModule();
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, ".github"), outside.Root);
        var outcome = await Autodevops.RunAsync(folder.Root, "generate", "--write");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("is a link, and nothing is written through it", outcome.Error);
        Assert.Equal(["keep.txt"], Directory.EnumerateFileSystemEntries(outside.Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_said()
    {
        using var folder = GoModule();
        folder.Write(".github", "a file");
        var outcome = await Autodevops.RunAsync(folder.Root, "generate", "--write");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("cannot be written: ", outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
        Assert.Equal("a file", folder.Read(".github"));
    }

    [Theory]
    [InlineData(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/feature/x\n", "feature/x")]
    [InlineData(".git/refs/heads/master", "0\n", "master")]
    [InlineData(".git/packed-refs", "# pack-refs\n0123 refs/heads/trunk\n", "trunk")]
    [InlineData(".git/HEAD", "ref: refs/heads/my-change\n", "main")]
    public async Task The_branch_is_what_the_clone_says(string path, string text, string branch)
    {
        using var folder = GoModule();
        folder.Write(path, text);
        Assert.Contains($"    branches: [{branch}]\n", (await Autodevops.RunAsync(folder.Root, "generate")).Output);
        Assert.Contains("    branches: [other]\n", (await Autodevops.RunAsync(folder.Root, "generate", "--branch", "other")).Output);
    }

    [Fact]
    public async Task The_diff_is_one_that_git_takes()
    {
        using var folder = GoModule();
        await Autodevops.RunAsync(folder.Root, "generate", "--write");
        var good = folder.Read(".github/workflows/ci.yml");
        folder.Write(".github/workflows/ci.yml", good.Replace("timeout-minutes: 30", "timeout-minutes: 31", StringComparison.Ordinal).Replace("go build ./...", "go build .", StringComparison.Ordinal));
        var outcome = await Autodevops.RunInShellAsync(folder.Root, "git init -q && autodevops generate --check > change.patch; test $? = 1 && git apply change.patch && rm change.patch && autodevops generate --check");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(good, folder.Read(".github/workflows/ci.yml"));
    }

    [Fact]
    public async Task A_gap_is_said_beside_the_file_and_not_in_it()
    {
        using var folder = GoModule();
        folder.Write("Makefile", "lint:\n\tstaticcheck ./...\n\tgo vet ./...\n");
        var outcome = await Autodevops.RunAsync(folder.Root, "generate");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("not inferred lint of .: 'make lint' calls staticcheck, which neither the repository nor a set-up step installs", outcome.Error);
        Assert.DoesNotContain("make lint", outcome.Output);
    }
}
