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
}
