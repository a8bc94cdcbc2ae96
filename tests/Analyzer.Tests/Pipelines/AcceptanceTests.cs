using System.Diagnostics;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Pipelines.Containers;
using AutoDevOps.Analyzer.Tests.RepositoryModels;
using AutoDevOps.Analyzer.Tests.Support;

namespace AutoDevOps.Analyzer.Tests.Pipelines;

/// <summary>What others say of the generated files of every fixture repository: GitHub's own reader and actionlint, a reader of GitLab's
/// files with GitLab's schema, the schemas of CircleCI and Azure Pipelines, and ShellCheck. Each is started once.</summary>
public sealed class AcceptanceTests
{
    private static readonly string Checks = Path.Combine(RepositoryRoot.Path, "tests", "acceptance");

    private static readonly Lazy<List<(string Repository, string Platform, GeneratedFile File)>> Files = new(Generate);

    /// <summary>What a reader must complain of: one that takes anything proves nothing.</summary>
    private static readonly (string Tool, string Good, string Bad)[] Mistakes =
    [
        ("workflow-parser", "runs-on: ", "run-on: "),
        ("workflow-parser", "if: always()", "if: alway()"),
        ("actionlint", "join(needs.*.result, ' ')", "join(need.*.result, ' ')"),
        ("gitlab", "on_new_commit: none", "on_new_commit: sometimes"),
        ("gitlab", "  timeout: ", "  timout: "),
        ("circleci", "    working_directory: ", "    workingdirectory: "),
        ("azure", "timeoutInMinutes: ", "timeoutMinutes: "),
        ("azure", "persistCredentials: ", "persistCredential: "),
    ];

    [Theory]
    [InlineData("workflow-parser", "github")]
    [InlineData("actionlint", "github")]
    [InlineData("gitlab", "gitlab")]
    [InlineData("circleci", "circleci")]
    [InlineData("azure", "azure")]
    public async Task Others_read_every_generated_file_without_a_complaint_and_complain_of_mistakes(string tool, string platform)
    {
        using var folder = new TemporaryFolder();
        var files = Files.Value.Where(file => file.Platform == platform).ToList();
        files.ForEach(file => folder.Write($"{file.Repository}/{file.File.Path}", file.File.Text));
        var mistakes = Mistakes.Where(mistake => mistake.Tool == tool).Select((mistake, index) => (Name: $"mistake-{index}", mistake.Good, mistake.Bad)).ToList();
        foreach (var (name, good, bad) in mistakes)
        {
            var file = files.First(file => file.File.Text.Contains(good, StringComparison.Ordinal)).File;
            folder.Write($"{name}/{file.Path}", file.Text.Replace(good, bad, StringComparison.Ordinal));
        }

        var lines = await ComplaintsAsync(tool, folder);
        Assert.Equal($"files: {files.Count + mistakes.Count}", lines[^1]);
        Assert.True(files.Count > 20);
        Assert.DoesNotContain(lines.SkipLast(1), line => !line.StartsWith("mistake-", StringComparison.Ordinal));
        Assert.All(mistakes, mistake => Assert.Contains(lines, line => line.StartsWith(mistake.Name + ":", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ShellCheck_has_nothing_to_say_about_any_command()
    {
        var commands = Files.Value.SelectMany(file => Commands(file.Platform, file.File)).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(commands.Count > 100);
        Assert.Equal("", string.Join('\n', await ShellCheckAsync(commands)));
        Assert.NotEmpty(await ShellCheckAsync(["if true; then echo"]));
    }

    private static async Task<List<string>> ShellCheckAsync(List<string> commands)
    {
        Assert.SkipUnless(OnPath("shellcheck") || InCi, "ShellCheck is not installed.");
        using var folder = new TemporaryFolder();
        for (var index = 0; index < commands.Count; index++)
        {
            // Every vendor ends a job at the first command that fails.
            folder.Write($"{index}.sh", (commands[index].StartsWith("#!", StringComparison.Ordinal) ? "" : "set -e\n") + commands[index] + "\n");
        }

        // SC2209 takes the word of X=true for a program.
        var (_, output, error) = await RunAsync("shellcheck", ["--shell=bash", "--exclude=SC2209", "--severity=warning", "--format=gcc", .. Directory.EnumerateFiles(folder.Root)]);
        Assert.Empty(error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{line} in {commands[int.Parse(Path.GetFileNameWithoutExtension(line.Split(':')[0]), System.Globalization.CultureInfo.InvariantCulture)]}")];
    }

    private static async Task<List<string>> ComplaintsAsync(string tool, TemporaryFolder folder)
    {
        Assert.SkipUnless((Directory.Exists(Path.Combine(Checks, "node_modules")) && OnPath("node")) || InCi, "tests/acceptance is not installed; ./test does that.");
        var (exitCode, output, error) = await RunAsync("node", [Path.Combine(Checks, "check.mjs"), tool, folder.Root]);
        Assert.True(exitCode == 0, error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static bool InCi => Environment.GetEnvironmentVariable("CI") is not null;

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }

    private static IEnumerable<string> Commands(string platform, GeneratedFile file) =>
        platform == "github"
            ? Workflow.Read(SnapshotFile.FromText(file.Path, file.Text))!.Steps.Select(step => step.Run?.Text).OfType<string>()
            : ReadBack.Read(platform, file)?.Jobs.SelectMany(job => job.Commands).Select(command => command.Run) ?? [];

    private static List<(string Repository, string Platform, GeneratedFile File)> Generate() =>
    [
        .. FixtureRepositories.Names.Select(row => row.Data).SelectMany(name =>
        {
            var snapshot = FixtureRepositories.Snapshot(name);
            var model = RepositoryModelBuilder.Build(snapshot).Model;
            return PipelineTargets.All.SelectMany(target =>
                PipelineGenerator.Generate(snapshot, model, target.Platform, new()).Files.Select(file => (name, target.Platform, file)));
        }),
    ];
}
