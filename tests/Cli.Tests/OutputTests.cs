using System.Text.RegularExpressions;
using AutoDevOps.Cli.Tests.Support;

namespace AutoDevOps.Cli.Tests;

/// <summary>What reaches a terminal, a pipe and a script.</summary>
public sealed partial class OutputTests
{
    /// <summary>How .NET greets a terminal before the first write: keypad on. No colour, and nothing that moves.</summary>
    private const string Greeting = "\e[?1h\e=";

    private static TemporaryFolder Repository() => new(("Dockerfile", "FROM debian\nCMD x\n"), ("README.md", "# x\n"));

    [Fact]
    public async Task Colours_are_for_terminals()
    {
        using var folder = Repository();
        Assert.Contains("\e[", (await Autodevops.RunInTerminalAsync(folder.Root, [], "autodevops scan")).Output);
        Assert.DoesNotContain('\e', (await Autodevops.RunAsync(folder.Root, "scan")).Output);
    }

    [Theory]
    [InlineData("autodevops scan --no-color", "")]
    [InlineData("autodevops --no-color scan", "")]
    [InlineData("autodevops scan", "1")]
    [InlineData("autodevops rules", "1")]
    [InlineData("autodevops explain GHA001", "1")]
    [InlineData("autodevops model --no-color", "")]
    [InlineData("autodevops generate --no-color", "")]
    public async Task Nobody_gets_colours_who_does_not_want_them(string command, string noColor)
    {
        using var folder = Repository();
        var outcome = await Autodevops.RunInTerminalAsync(folder.Root, noColor.Length > 0 ? new() { ["NO_COLOR"] = noColor } : [], command);
        Assert.NotEmpty(outcome.Output);
        Assert.DoesNotContain('\e', outcome.Output.Replace(Greeting, "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pipe_gets_whole_lines_however_long()
    {
        using var folder = new TemporaryFolder(($"{new string('a', 200)}/{new string('b', 200)}/Dockerfile", "FROM debian\nCMD x\n"));
        var lines = (await Autodevops.RunAsync(folder.Root, "scan")).Output.Split('\n');
        Assert.Contains($"{new string('a', 200)}/{new string('b', 200)}/Dockerfile", lines);
    }

    [Fact]
    public async Task Whoever_has_seen_enough_may_close_the_pipe()
    {
        using var folder = new TemporaryFolder([.. Enumerable.Range(0, 3000).Select(number => ($"{number}/Dockerfile", "FROM debian\nCMD x\n"))]);
        foreach (var format in new[] { "text", "json", "sarif", "markdown", "github" })
        {
            var outcome = await Autodevops.RunInShellAsync(folder.Root, $"autodevops scan --format {format} | head -1; exit ${{PIPESTATUS[0]}}");
            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        }
    }

    [Fact]
    public async Task A_disk_that_is_full_is_said()
    {
        using var folder = Repository();
        var outcome = await Autodevops.RunInShellAsync(folder.Root, "autodevops scan --format json > /dev/full");
        Assert.Equal(3, outcome.ExitCode);
        Assert.StartsWith("The output cannot be written: ", outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
    }

    /// <summary>Names, messages and excerpts that hold sequences which move the cursor, set the title or turn the text around.</summary>
    [Fact]
    public async Task Nothing_from_a_repository_steers_the_terminal()
    {
        const string Evil = "\e]0;owned\a\e[2J\u009b31m\u202Eevil\r";
        using var folder = new TemporaryFolder(
            ($"{Evil}/Dockerfile", "FROM debian\nCMD x\n"),
            ($".github/workflows/{Evil}.yml", "on: push\njobs: {}\n"),
            (".github/workflows/ci.yml", $"# {Evil}\non: push\njobs:\n  \"{Evil.Replace("\e", "\\e", StringComparison.Ordinal).Replace("\a", "\\a", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)}\":\n    needs: \"\\e[2J\"\n    runs-on: x\n"),
            ("package.json", "{\"name\": \"\\u001b[2J\\u009b31m\", \"scripts\": {\"test\": \"vitest run\", \"lint\\u001b[2J\": \"x\"}, \"packageManager\": \"\\u001b[2J\"}"),
            ("go.mod", $"module {Evil}\n"), ($"{Evil}.go", "package x\n"));
        foreach (var command in new[] { "scan --level strict", "scan --format markdown", "scan --format github", "scan --format json", "scan --format sarif", "model", "model --format json", "generate", "generate --check", "generate -p dependabot", "scan $'no\\e[2Jwhere'", "explain $'no\\e[2Jrule'", "$'\\e[2J'" })
        {
            var outcome = await Autodevops.RunInTerminalAsync(folder.Root, [], $"autodevops {command}");

            // The program's own colours are all that may be left; the terminal itself makes \r\n of \n.
            var rest = Colour().Replace(outcome.Output.Replace("\r\n", "\n", StringComparison.Ordinal).Replace(Greeting, "", StringComparison.Ordinal), "");
            var steering = rest.Where(character => char.IsControl(character) && character is not ('\n' or '\t')).ToList();
            Assert.True(steering.Count == 0, $"{command}: {string.Join(' ', steering.Select(character => $"U+{(int)character:X4}"))}");
        }
    }

    [Theory]
    [InlineData]
    [InlineData("scan")]
    [InlineData("generate")]
    [InlineData("model")]
    [InlineData("rules")]
    [InlineData("explain")]
    [InlineData("schema")]
    [InlineData("completion")]
    public async Task Every_command_explains_itself_with_examples(params string[] command)
    {
        using var folder = new TemporaryFolder();
        foreach (var help in new[] { "--help", "-h" })
        {
            var outcome = await Autodevops.RunAsync(folder.Root, [.. command, help]);
            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
            Assert.Contains("Usage:", outcome.Output);
            Assert.Contains("Examples:", outcome.Output);
            Assert.Matches($@"\n +autodevops {string.Join(' ', command)}", outcome.Output);
            Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.Length < 170, line));
        }
    }

    [Fact]
    public async Task The_examples_of_the_help_can_be_run()
    {
        using var folder = new TemporaryFolder(("src/Dockerfile", "FROM debian\nCMD x\n"), ("Dockerfile", "FROM debian\n"), (".github/workflows/ci.yml", "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 1\n    steps:\n      - run: go test ./...\n"), ("go.mod", "module x\n\ngo 1.25\n"), ("a_test.go", "package x\n"));
        Directory.CreateDirectory(Path.Combine(folder.Root, "shop"));
        foreach (var command in new[] { "", "scan", "generate", "model", "rules", "explain", "schema" })
        {
            var help = (await Autodevops.RunAsync(folder.Root, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).Output;
            foreach (Match match in Example().Matches(help[help.IndexOf("Examples:", StringComparison.Ordinal)..]))
            {
                var line = match.Groups["line"].Value.Trim().Replace("../shop", ".", StringComparison.Ordinal).Replace("/tmp/out", "out", StringComparison.Ordinal);
                var outcome = await Autodevops.RunInShellAsync(folder.Root, $"set -o pipefail; {line}");
                Assert.True(outcome.ExitCode is 0 or 1, $"{line}: {outcome.ExitCode} {outcome.Error}");
            }
        }
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        using var folder = new TemporaryFolder();
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", (await Autodevops.RunAsync(folder.Root, "--version")).Output);
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("model")]
    public async Task A_schema_is_the_one_that_is_published(string name)
    {
        using var folder = new TemporaryFolder();
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "AutoDevOps.slnx")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(root, "docs", "generated", "schemas", $"{name}-1.schema.json"), TestContext.Current.CancellationToken),
            (await Autodevops.RunAsync(folder.Root, "schema", name)).Output);
    }

    [GeneratedRegex("\e\\[[0-9;]*m", RegexOptions.None, 1000)]
    private static partial Regex Colour();

    [GeneratedRegex("^ +(?<line>autodevops [^\\[\n]*?)(  .*)?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Example();
}
