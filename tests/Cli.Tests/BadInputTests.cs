using System.Text.Json;
using AutoDevOps.Cli.Tests.Support;

namespace AutoDevOps.Cli.Tests;

/// <summary>Whatever a person points the program at, the answer is a sentence, and nothing is lost.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, string> Arguments => new()
    {
        { "scan nowhere", "'nowhere' does not exist. Give the folder of a repository." },
        { "model nowhere", "'nowhere' does not exist. Give the folder of a repository." },
        { "generate nowhere", "'nowhere' does not exist. Give the folder of a repository." },
        { "scan ''", "The path is empty. Give the folder of a repository; '.' is the current one." },
        { "model ' '", "The path is empty. Give the folder of a repository; '.' is the current one." },
        { "scan empty", "'empty' has no files (that .gitignore leaves in). Give the folder of a repository." },
        { "generate empty", "'empty' has no files (that .gitignore leaves in). Give the folder of a repository." },
        { "model a.txt", "'a.txt' is a file. Give the folder of a repository." },
        { "generate a.txt --write", "'a.txt' is a file. Give the folder of a repository." },
        { "scan a.txt empty", "'empty' is a folder. Give one folder, or files only." },
        { "scan a.txt nowhere", "'nowhere' does not exist." },
        { "scan --rules ,", "--rules names no rule." },
        { "scan --rules unpined-action", "No rule is called 'unpined-action'. Did you mean 'unpinned-action'?" },
        { "scan --rules x", "No rule is called 'x'." },
        { "explain ''", "No rule is called ''." },
        { "scan --baseline nowhere.json", "The baseline nowhere.json cannot be read: " },
        { "scan --baseline empty", "The baseline empty cannot be read: " },
        { "scan --baseline a.txt", "The baseline a.txt is not a result of a scan. Make one with: autodevops scan --format json > a.txt" },
        { "scan --baseline list.json", "The baseline list.json is not a result of a scan." },
        { "scan --baseline other.json", "The baseline other.json is not a result of a scan." },
        { "scan --fail-on bad", "'bad'" },
        { "scan --format xml", "'xml'" },
        { "generate --platform travis", "'travis'" },
        { "generate --write --check", "--write, --check, --output and --stdout exclude each other: choose one." },
        { "completion tcsh", "'tcsh'" },
        { "schema thing", "'thing'" },
        { "frobnicate", "frobnicate" },
        { "", "Required command was not provided." },
        { "explain", "rule" },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task A_mistake_is_exit_code_2_and_a_sentence(string arguments, string message)
    {
        using var folder = new TemporaryFolder(("a.txt", "x\n"), ("list.json", "[]"), ("other.json", "{\"schema\": \"autodevops.model/1\", \"findings\": []}"));
        Directory.CreateDirectory(Path.Combine(folder.Root, "empty"));
        var outcome = await Autodevops.RunInShellAsync(folder.Root, $"autodevops {arguments}");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(message, outcome.Error);
        Assert.Empty(outcome.Output);
        Assert.DoesNotContain("   at ", outcome.Error);
        Assert.DoesNotContain("Exception", outcome.Error);
    }

    [Theory]
    [InlineData("model", 0)]
    [InlineData("generate", 0)]
    [InlineData("generate --check", 1)]
    public async Task What_cannot_be_understood_is_told_on_standard_error(string arguments, int exitCode)
    {
        using var folder = new TemporaryFolder(("go.mod", "module x\n\ngo 1.25\n"), ("a_test.go", "package x\n"), ("web/package.json", "[]"));
        var outcome = await Autodevops.RunInShellAsync(folder.Root, $"autodevops {arguments}");

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains("note  web/package.json:1: package.json is a list and must be an object", outcome.Error);
        Assert.DoesNotContain("package.json is a list", outcome.Output);
    }

    [Fact]
    public async Task The_model_in_json_holds_what_cannot_be_understood()
    {
        using var folder = new TemporaryFolder(("package.json", "{\"scripts\": []}"));
        var outcome = await Autodevops.RunAsync(folder.Root, "model", "--format", "json");

        var told = Assert.Single(JsonDocument.Parse(outcome.Output).RootElement.GetProperty("diagnostics").EnumerateArray());
        Assert.Equal(("package.json", 1), (told.GetProperty("path").GetString(), told.GetProperty("line").GetInt32()));
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public async Task A_folder_that_is_no_git_repository_is_read_all_the_same()
    {
        using var folder = new TemporaryFolder(("Dockerfile", "FROM debian\nCMD x\n"));
        var outcome = await Autodevops.RunAsync(folder.Root, "scan");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("unpinned-base-image", outcome.Output);
    }

    [Fact]
    public async Task A_file_of_two_gigabytes_is_said_and_not_read()
    {
        using var folder = new TemporaryFolder(("Dockerfile", "FROM debian\nCMD x\n"));
        await using (var huge = File.Create(Path.Combine(folder.Root, "huge.json")))
        {
            huge.SetLength(2L * 1024 * 1024 * 1024);
        }

        var outcome = await Autodevops.RunWithAsync(folder.Root, new() { ["DOTNET_GCHeapHardLimit"] = "0x6400000" }, "scan");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("'huge.json' is 2048.0 MiB.", outcome.Output);
        Assert.Contains("1 of 2 files read; skipped: 1 too large", outcome.Output);
        Assert.Contains("unpinned-base-image", outcome.Output);

        var single = await Autodevops.RunAsync(folder.Root, "scan", "huge.json");
        Assert.Equal(0, single.ExitCode);
        Assert.Contains("0 of 1 file read; skipped: 1 too large", single.Output);
    }

    [Fact]
    public async Task What_may_not_be_read_is_named_and_the_rest_is_examined()
    {
        using var folder = new TemporaryFolder(("Dockerfile", "FROM debian\nCMD x\n"), ("secret.txt", "x"), ("closed/a.txt", "x"), ("web/.gitignore", "*.log\n"), ("web/a.log", "x"));
        await Autodevops.RunInShellAsync(folder.Root, "chmod 755 . web; chmod 644 Dockerfile web/a.log; chmod 000 secret.txt closed web/.gitignore");
        try
        {
            var outcome = await Autodevops.RunAsNobodyAsync(folder.Root, "scan");
            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
            Assert.Contains("unpinned-base-image", outcome.Output);
            Assert.Contains("note  secret.txt: Cannot be read: ", outcome.Output);
            Assert.Contains("note  closed: The folder cannot be listed: ", outcome.Output);
            Assert.Contains("note  web/.gitignore: Cannot be read, so nothing that it ignores was left out: ", outcome.Output);
            Assert.Contains("2 of 4 files read; skipped: 2 unreadable", outcome.Output);

            var json = JsonDocument.Parse((await Autodevops.RunAsNobodyAsync(folder.Root, "scan", "--format", "json")).Output).RootElement;
            Assert.Contains(json.GetProperty("diagnostics").EnumerateArray(), diagnostic => diagnostic.GetProperty("path").GetString() == "closed");

            var closed = await Autodevops.RunAsNobodyAsync(folder.Root, "scan", "closed");
            Assert.Equal(2, closed.ExitCode);
            Assert.StartsWith("'closed' cannot be read: The folder cannot be listed: ", closed.Error);
        }
        finally
        {
            await Autodevops.RunInShellAsync(folder.Root, "chmod 755 closed");
        }
    }

    [Fact]
    public async Task A_pipe_does_not_block()
    {
        using var folder = new TemporaryFolder(("Dockerfile", "FROM debian\nCMD x\n"));
        var outcome = await Autodevops.RunInShellAsync(folder.Root, "mkfifo pipe; timeout 60 dotnet --version >/dev/null; autodevops scan && autodevops scan pipe && autodevops scan /dev/zero");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task A_git_folder_of_pipes_does_not_block()
    {
        using var folder = new TemporaryFolder(("go.mod", "module x\n\ngo 1.25\n"), ("a_test.go", "package x\n"));
        var outcome = await Autodevops.RunInShellAsync(folder.Root, "mkdir -p .git/refs/remotes/origin; mkfifo .git/refs/remotes/origin/HEAD .git/packed-refs .git/HEAD .git/config; autodevops generate");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("branches: [main]", outcome.Output);
    }

    /// <summary>Files that were made to be expensive, all in one repository: two at a time, each may hold at most 100 MB.</summary>
    [Fact]
    public async Task Hostile_files_fit_into_the_memory_that_is_promised()
    {
        // A third of them: each by itself is held to its limits by the analyzer's own tests.
        var hostile = Analyzer.Tests.Rules.HostileFiles.All.Where((_, number) => number % 3 == 0).ToList();
        using var folder = new TemporaryFolder([.. hostile.Select((file, number) =>
            (file.Value.Path.StartsWith(".github/", StringComparison.Ordinal) ? $".github/workflows/{number}.yml" : $"{number}/{file.Value.Path}", file.Value.Text()))]);
        var outcome = await Autodevops.RunWithAsync(folder.Root, new() { ["DOTNET_GCHeapHardLimit"] = "0xD000000", ["DOTNET_PROCESSOR_COUNT"] = "2" }, "scan", "--level", "strict", "--format", "json");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var json = JsonDocument.Parse(outcome.Output).RootElement;
        Assert.Equal(hostile.Count, json.GetProperty("coverage").GetProperty("files").GetInt32());
        Assert.DoesNotContain(json.GetProperty("diagnostics").EnumerateArray(), diagnostic => diagnostic.GetProperty("message").GetString()!.Contains("failed", StringComparison.Ordinal));
    }
}
