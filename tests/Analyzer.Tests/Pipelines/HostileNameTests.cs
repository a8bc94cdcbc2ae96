using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Pipelines.Containers;
using CsCheck;

namespace AutoDevOps.Analyzer.Tests.Pipelines;

/// <summary>Repositories whose names were made to be read as something else. The generated files are compared as trees with those of the same
/// repository under harmless names: nothing more may be in them, and nothing of the names in a command.</summary>
public sealed class HostileNameTests
{
    private static readonly string[] Payloads =
    [
        "$(touch pwned)", "`touch pwned`", "${{ github.token }}", "a\n      - run: touch pwned", "a\r\n  evil: {}", "'; touch pwned; '", "\"; touch pwned; \"", "a: b", "a #b", "#b", "- a", "a, b]",
        "ünïcode", "-rf", "--output=x", "a\tb", "a\u2028b", "%0a::set-output", "a&b", "a|b", "a>b", "*", "!a", "~", "${IFS}x", "a\\", "a'b", "a\"b", "{a", "[a", "a:", "::warning::x", "\u202Eevil", "a\u0000b",
    ];

    public static TheoryData<string> Names => [.. Payloads];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_name_becomes_a_command(string name)
    {
        foreach (var platform in new[] { "github", "dependabot" })
        {
            var harmless = Generate(Repository("part"), platform, "main");
            var hostile = Generate(Repository(name), platform, "main");
            foreach (var file in hostile.Files)
            {
                var tree = SnapshotFile.FromText(file.Path, file.Text).Yaml().Root!;

                // A folder that CI cannot name is tested with its own package manager.
                Assert.Empty(Commands(tree).Except([.. Commands(SnapshotFile.FromText("x.yml", harmless.Files[0].Text).Yaml().Root!), "pnpm test"]));
                Assert.All(Commands(tree), command => Assert.DoesNotContain("pwned", command));
                Assert.DoesNotContain("evil", Keys(tree));
                Assert.All(file.Text.Split('\n'), line => Assert.DoesNotContain(line, character => char.IsControl(character) || character is '\u2028'));
            }

            Assert.True(hostile.IsProven, $"{platform}: {string.Join("; ", hostile.Checks.Where(check => !check.Passed).Select(check => $"{check.Name}: {check.Detail}"))}");
        }
    }

    /// <summary>The same for the vendors that run jobs in containers; only GitLab has no other way to say a folder than in a command.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void No_name_becomes_a_command_of_another_vendor(string name)
    {
        foreach (var platform in new[] { "gitlab", "circleci", "azure", "jenkins" })
        {
            var harmless = Runs(platform, Generate(Repository("part"), platform, "main"));
            var hostile = Generate(Repository(name), platform, name);
            var folder = name.Replace("/", "_", StringComparison.Ordinal);
            string[] folders = [folder, $"{folder}/crate", $"{folder}/jvm", $"d{folder}", $"n{folder}", $"t{folder}"];
            var quoted = folders.Select(inside => $"cd \"{GitLabWriter.Root}\"/{ShellText.Quote(inside)}");

            Assert.True(hostile.IsProven, $"{platform}: {string.Join("; ", hostile.Checks.Where(check => !check.Passed).Select(check => $"{check.Name}: {check.Detail}"))}");
            Assert.Empty(Runs(platform, hostile).Except([.. harmless, "pnpm test", .. quoted]));
            Assert.All(hostile.Files[0].Text.Split('\n'), line => Assert.DoesNotContain(line, character => char.IsControl(character) || character is '\u2028'));
        }
    }

    [Fact]
    public void No_combination_of_them_becomes_a_command() =>
        Gen.Int[0, Payloads.Length - 1].Select(index => Payloads[index]).Array[2, 4].Select(string.Concat).Sample(
            name =>
            {
                foreach (var platform in PipelineTargets.All.Select(target => target.Platform))
                {
                    // GitHub refuses an expression in a branch's name, and what it would refuse is not offered.
                    var hostile = Generate(Repository(name), platform, platform == "github" ? "main" : name);
                    Assert.True(hostile.IsProven, $"{platform}: {string.Join("; ", hostile.Checks.Where(check => !check.Passed).Select(check => $"{check.Name}: {check.Detail}"))}");
                    Assert.All(hostile.Files, file => Assert.DoesNotContain(file.Text, character => (char.IsControl(character) && character != '\n') || character is '\u2028' or '\u2029'));
                    if (platform == "github")
                    {
                        Assert.All(Commands(SnapshotFile.FromText("x.yml", hostile.Files[0].Text).Yaml().Root!), command => Assert.DoesNotContain("pwned", command));
                    }
                }
            },
            iter: 10);

    private static List<string> Runs(string platform, GeneratedPipeline pipeline) =>
        [.. pipeline.Files.SelectMany(file => ReadBack.Read(platform, file)!.Jobs).SelectMany(job => job.Commands).Select(command => command.Run)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_branch_is_one_branch_whatever_it_is_called(string name)
    {
        var pipeline = Generate([("go.mod", "module x\n\ngo 1.25\n"), ("a_test.go", "package x\n")], "github", name);
        var workflow = Workflow.Read(SnapshotFile.FromText(".github/workflows/ci.yml", pipeline.Files[0].Text))!;
        var branch = Assert.Single(workflow.Root.At("on", "push", "branches")!.Items).Text!;

        Assert.Equal(name, branch.Replace("\\\\", "\0\0", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal).Replace("\0\0", "\\", StringComparison.Ordinal));
        Assert.Equal(["test", "ci-ok"], workflow.Jobs.Select(job => job.Id));
    }

    [Fact]
    public void Two_folders_that_are_the_same_as_identifiers_get_two_jobs_and_two_filters()
    {
        (string, string)[] Part(string folder) => [($"{folder}/go.mod", "module x\n\ngo 1.25\n"), ($"{folder}/go.sum", ""), ($"{folder}/a_test.go", "package x\n")];
        var pipeline = Generate([.. Part("a/b"), .. Part("a-b"), .. Part("a.b"), .. Part("A/B")], "github", "main");
        var workflow = Workflow.Read(SnapshotFile.FromText(".github/workflows/ci.yml", pipeline.Files[0].Text))!;

        Assert.Equal(workflow.Jobs.Count, workflow.Jobs.Select(job => job.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(4, workflow.Jobs[0].Node["outputs"]!.Entries.Count);
        var filters = DataDocument.Parse(DataFormat.Yaml, "x", workflow.Jobs[0].Steps[0].With("filters")!.Text!).Root!;
        Assert.Equal(["A/B/**", "a-b/**", "a.b/**", "a/b/**"], filters.Entries.Select(entry => entry.Value.Items[0].Text).Order(StringComparer.Ordinal));
        foreach (var job in workflow.Jobs.Skip(1).SkipLast(1))
        {
            var folder = job.Steps[^1].Node["working-directory"]!.Text;
            var filter = filters.Entries.Single(entry => entry.Value.Items[0].Text == $"{folder}/**").Key.Text;
            Assert.Contains($"needs.changes.outputs.{filter} == 'true'", job.If);
        }
    }

    /// <summary>A repository in which everything that can be named is named so; beside it a part with plain names.</summary>
    private static List<(string Path, string Text)> Repository(string name)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(name)[1..^1];
        var folder = name.Replace("/", "_", StringComparison.Ordinal);
        return
        [
            ("go.mod", "module x\n\ngo 1.25\n"), ("go.sum", ""), ("a.go", "package x\n"), ("a_test.go", "package x\n"), ("Makefile", $"test:\n\tgo test ./...\n{name}:\n\techo\n"),
            ($"{folder}/package.json", $"{{\"name\":\"{json}\",\"packageManager\":\"pnpm@{json}\",\"engines\":{{\"node\":\"{json}\"}},\"scripts\":{{\"test\":\"vitest run\",\"lint:{json}\":\"x\",\"{json}\":\"x\"}},\"devDependencies\":{{\"vitest\":\"1\"}}}}"),
            ($"{folder}/pnpm-lock.yaml", ""), ($"{folder}/.nvmrc", name + "\n"), ($"{folder}/Dockerfile", "FROM x\n"),
            ("plain/package.json", $"{{\"name\":\"{json}\",\"scripts\":{{\"test\":\"vitest run\"}},\"engines\":{{\"node\":\"{json}\"}}}}"), ("plain/package-lock.json", "{}"), ("plain/.nvmrc", name + "\n"),
            ($"{folder}/crate/Cargo.toml", $"[package]\nname = \"{json}\"\n"), ($"{folder}/crate/src/lib.rs", "#[test]\nfn a() {}\n"), ($"{folder}/jvm/build.gradle", "apply plugin: 'java'\n"), ($"{folder}/jvm/src/test/java/ATest.java", ""),
            ("rs/Cargo.toml", $"[package]\nname = \"x\"\nrust-version = \"{json}\"\n"), ("rs/src/lib.rs", "#[test]\nfn a() {}\n"), ("rs/rust-toolchain", name + "\n"),
            ("jvm/pom.xml", $"<project><artifactId>x</artifactId><properties><java.version>{System.Security.SecurityElement.Escape(name).Replace("\0", "", StringComparison.Ordinal)}</java.version></properties></project>"), ("jvm/src/test/java/ATest.java", ""), ("jvm/.sdkmanrc", $"java={name}\n"),
            ("sbt/build.sbt", $"name := \"{name}\"\n"), ("sbt/project/build.properties", $"sbt.version={name}\n"), ("sbt/src/test/scala/ASpec.scala", ""),
            ($"d{folder}/deno.json", $"{{\"name\":\"{json}\",\"exports\":\"./{json}\",\"tasks\":{{\"test\":\"deno test\",\"lint-{json}\":\"deno lint\"}},\"imports\":{{\"{json}\":\"npm:{json}@1\"}}}}"), ($"d{folder}/.dvmrc", name + "\n"), ($"d{folder}/deno.lock", ""),
            ($"n{folder}/CMakeLists.txt", $"project(\"{json}\" CXX)\noption(\"{json}-x\" y OFF)\nif(\"{json}-x\")\n  add_test({name} x)\nendif()\nenable_testing()\nadd_test(a b)\n"), ($"n{folder}/a.cpp", ""),
            ($"t{folder}/main.tf", $"terraform {{\n  required_version = \"{name}\"\n}}\nmodule \"{name}\" {{\n  source = \"./{name}\"\n}}\n"), ($"t{folder}/.terraform-version", name + "\n"),
            ("compose.test.yaml", $"services:\n  db:\n    image: {YamlText.Scalar($"postgres:{name}")}\n  app:\n    environment:\n      {YamlText.Scalar(name)}: postgres://x\n      {YamlText.Scalar($"POSTGRES_{name}")}: x\n"),
            (".env.example", $"POSTGRES_HOST{name}=x\nPOSTGRES_PORT={name}\n"),
            (".github/workflows/other.yml", $"on: push\njobs:\n  test:\n    runs-on: x\n    services:\n      db:\n        image: {YamlText.Scalar($"postgres:{name}")}\n    env:\n      {YamlText.Scalar($"POSTGRES_{name}")}: x\n    steps:\n      - uses: actions/setup-node@v4\n        with: {{ node-version: {YamlText.FlowScalar(name)} }}\n      - run: npm test\n        working-directory: {YamlText.Scalar(name)}\n      - run: npm test\n        working-directory: plain\n"),
        ];
    }

    private static GeneratedPipeline Generate(IEnumerable<(string Path, string Text)> files, string platform, string branch)
    {
        var snapshot = RepositorySnapshot.FromText(files);
        return PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, platform, new() { DefaultBranch = branch });
    }

    private static IEnumerable<string> Commands(DataNode node) =>
        node.Entries.SelectMany(entry => (entry.Key.Text == "run" && entry.Value.Text is { } run ? [run] : Array.Empty<string>()).Concat(Commands(entry.Value)))
            .Concat(node.Items.SelectMany(Commands));

    private static IEnumerable<string> Keys(DataNode node) =>
        node.Entries.SelectMany(entry => Keys(entry.Value).Prepend(entry.Key.Text ?? "")).Concat(node.Items.SelectMany(Keys));
}
