using System.Text.Json;
using AutoDevOps.Cli.Tests.Support;

namespace AutoDevOps.Cli.Tests;

public class ScanTests
{
    private const string RiskyWorkflow = """
        name: ci
        on: pull_request
        permissions: {}
        jobs:
          build:
            runs-on: ubuntu-24.04
            timeout-minutes: 5
            steps:
              - run: echo "${{ github.event.pull_request.title }}"
        """;

    [Fact]
    public async Task A_finding_is_printed_with_its_file_and_line()
    {
        using var folder = new TemporaryFolder((".github/workflows/ci.yml", RiskyWorkflow));
        var outcome = await Autodevops.RunAsync(folder.Root, "scan");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(".github/workflows/ci.yml", outcome.Output);
        Assert.Contains("template-injection", outcome.Output);
        Assert.Contains("Score ", outcome.Output);
        Assert.DoesNotContain('\e', outcome.Output);
    }

    [Theory]
    [InlineData("critical", 0)]
    [InlineData("medium", 1)]
    [InlineData("none", 0)]
    public async Task The_exit_code_follows_fail_on(string level, int expected)
    {
        using var folder = new TemporaryFolder((".github/workflows/ci.yml", RiskyWorkflow));
        var json = JsonDocument.Parse((await Autodevops.RunAsync(folder.Root, "scan", "--format", "json")).Output);
        var worst = json.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("severity").GetString()).ToHashSet();
        Assert.Contains("medium", worst);
        Assert.DoesNotContain("critical", worst);

        Assert.Equal(expected, (await Autodevops.RunAsync(folder.Root, "scan", "--fail-on", level)).ExitCode);
    }

    [Fact]
    public async Task A_baseline_leaves_only_what_is_new()
    {
        using var folder = new TemporaryFolder((".github/workflows/ci.yml", RiskyWorkflow));
        folder.Write("baseline.json", (await Autodevops.RunAsync(folder.Root, "scan", "--format", "json", "--rules", "template-injection")).Output);
        folder.Write(".github/workflows/other.yml", RiskyWorkflow);

        var outcome = await Autodevops.RunAsync(folder.Root, "scan", "--format", "json", "--rules", "template-injection", "--baseline", "baseline.json");
        var paths = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("path").GetString());
        Assert.Equal([".github/workflows/other.yml"], paths);
    }

    [Fact]
    public async Task Single_files_can_be_scanned()
    {
        using var folder = new TemporaryFolder((".github/workflows/ci.yml", RiskyWorkflow), ("Dockerfile", "FROM debian\n"));
        var outcome = await Autodevops.RunAsync(folder.Root, "scan", "Dockerfile", "--format", "json");
        var paths = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("findings").EnumerateArray()
            .Select(finding => finding.GetProperty("path").GetString()).Distinct();
        Assert.DoesNotContain(".github/workflows/ci.yml", paths);
        Assert.Contains("Dockerfile", paths);
    }

    [Theory]
    [InlineData("no/such/folder")]
    [InlineData("--format", "xml")]
    [InlineData("--rules", "no-such-rule")]
    [InlineData("--baseline", "missing.json")]
    [InlineData("--unknown")]
    public async Task Bad_usage_is_exit_code_2_with_one_clear_message_and_no_stack_trace(params string[] arguments)
    {
        using var folder = new TemporaryFolder(("README.md", "# x\n"));
        var outcome = await Autodevops.RunAsync(folder.Root, ["scan", .. arguments]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(arguments[^1], outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
    }

    [Fact]
    public async Task A_misspelt_rule_is_answered_with_the_nearest_one()
    {
        using var folder = new TemporaryFolder(("README.md", "# x\n"));
        var outcome = await Autodevops.RunAsync(folder.Root, "explain", "template-injektion");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("template-injection", outcome.Error);
    }

    [Fact]
    public async Task An_escape_sequence_in_a_file_name_does_not_reach_the_terminal()
    {
        using var folder = new TemporaryFolder((".github/workflows/a\e[31mb.yml", RiskyWorkflow));
        var outcome = await Autodevops.RunAsync(folder.Root, "scan");
        Assert.Contains("template-injection", outcome.Output);
        Assert.DoesNotContain('\e', outcome.Output);
    }

    [Fact]
    public async Task Every_rule_can_be_listed_and_explained()
    {
        using var folder = new TemporaryFolder();
        var listed = (await Autodevops.RunAsync(folder.Root, "rules")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(listed.Length >= 12, $"only {listed.Length} rules are listed");
        var outcome = await Autodevops.RunAsync(folder.Root, "explain", listed[0].Split(' ')[0]);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Why", outcome.Output);
        Assert.Contains("Remedy", outcome.Output);
    }

    [Fact]
    public async Task A_baseline_turns_the_exit_code_for_what_is_new_only()
    {
        using var folder = new TemporaryFolder(("Dockerfile", "FROM debian\nUSER x\nCMD x\n"));
        folder.Write("../" + Path.GetFileName(folder.Root) + ".json", "");
        var baseline = folder.Root + ".json";
        try
        {
            await File.WriteAllTextAsync(baseline, (await Autodevops.RunAsync(folder.Root, "scan", "--format", "json")).Output, TestContext.Current.CancellationToken);
            Assert.Equal(1, (await Autodevops.RunAsync(folder.Root, "scan", "--fail-on", "medium")).ExitCode);
            Assert.Equal(0, (await Autodevops.RunAsync(folder.Root, "scan", "--fail-on", "info", "--baseline", baseline)).ExitCode);

            // Moved and surrounded by something else, it is the same finding; a second one is new.
            folder.Write("Dockerfile", "# moved\nFROM debian\nUSER x\nCMD x\n");
            Assert.Equal(0, (await Autodevops.RunAsync(folder.Root, "scan", "--fail-on", "info", "--baseline", baseline)).ExitCode);
            folder.Write("web/Dockerfile", "FROM debian\nUSER x\nCMD x\n");
            Assert.Equal(1, (await Autodevops.RunAsync(folder.Root, "scan", "--fail-on", "medium", "--baseline", baseline)).ExitCode);
        }
        finally
        {
            File.Delete(baseline);
        }
    }

    [Fact]
    public async Task Annotations_for_GitHub_are_commands_to_its_runner()
    {
        using var folder = new TemporaryFolder(("Dockerfile", "FROM debian\nCMD x\n"));
        var outcome = await Autodevops.RunAsync(folder.Root, "scan", "--format", "github", "--rules", "unpinned-base-image");
        Assert.Equal("::warning file=Dockerfile,line=1,endLine=1,title=CNT001 unpinned-base-image::The base image 'debian' has no tag, so it changes without a commit.\n", outcome.Output);
    }

    [Fact]
    public async Task A_folder_inside_a_repository_is_scanned_as_a_part_of_it()
    {
        using var folder = new TemporaryFolder((".gitignore", "dist/\n"), ("web/Dockerfile", "FROM debian\nCMD x\n"), ("web/dist/Dockerfile", "FROM debian\nCMD x\n"), (".git/HEAD", "ref: refs/heads/main\n"));
        var outcome = await Autodevops.RunAsync(folder.Root, "scan", "web");
        Assert.Contains("unpinned-base-image", outcome.Output);
        Assert.Contains("a part of the repository", outcome.Output);
        Assert.DoesNotContain("missing-readme", outcome.Output);
        Assert.DoesNotContain("dist", outcome.Output);
    }

    [Fact]
    public async Task The_last_line_names_the_worst_rule()
    {
        using var folder = new TemporaryFolder((".github/workflows/ci.yml", RiskyWorkflow));
        Assert.EndsWith("autodevops explain GHA021 says why, and what to do\n", (await Autodevops.RunAsync(folder.Root, "scan")).Output);
    }
}
