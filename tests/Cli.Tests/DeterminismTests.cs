using AutoDevOps.Cli.Tests.Support;

namespace AutoDevOps.Cli.Tests;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData("scan", "json")]
    [InlineData("scan", "sarif")]
    [InlineData("scan", "markdown")]
    [InlineData("scan", "github")]
    [InlineData("scan", "text")]
    [InlineData("model", "json")]
    [InlineData("model", "text")]
    public async Task The_same_files_give_the_same_bytes_wherever_and_however_they_are_read(string command, string format)
    {
        var files = Enumerable.Range(0, 60).SelectMany(number => new[]
        {
            ($"{number % 7}/p{number}/Dockerfile", "FROM debian\nRUN a\nCMD x\n"),
            ($"{number % 7}/p{number}/package.json", "{\"name\": \"x\", \"private\": true, \"scripts\": {\"start\": \"x\", \"test\": \"vitest run\"}, \"dependencies\": {\"a\": \"git+ssh://b/c\"}}"),
            ($".github/workflows/w{number}.yml", "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-18.04\n    steps:\n      - uses: a/b@v1\n      - run: echo ${{ github.head_ref }}\n"),
        }).ToList();
        using var first = new TemporaryFolder([.. files]);
        files.Reverse();
        using var second = new TemporaryFolder([.. files]);

        var expected = await Autodevops.RunWithAsync(first.Root, new() { ["DOTNET_PROCESSOR_COUNT"] = "1" }, command, "--format", format);
        Assert.True(expected.Output.Length > 5_000);
        Assert.Equal(expected, await Autodevops.RunWithAsync(first.Root, new() { ["DOTNET_PROCESSOR_COUNT"] = "8" }, command, "--format", format));
        Assert.Equal(expected, await Autodevops.RunAsync("/", command, second.Root, "--format", format));
        Assert.Equal(expected, await Autodevops.RunAsync(second.Root, command, "./0/..", "--format", format));
    }
}
