using System.Text;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>A manifest that its own tool would refuse is told at its place, once, with what to do; the rest is still analysed.</summary>
public sealed class BrokenManifestTests
{
    public static TheoryData<string, string, int, string> Broken => new()
    {
        { "package.json", "{\n  \"scripts\": []\n}", 2, "'scripts' is a list and must be an object" },
        { "package.json", "[]", 1, "package.json is a list and must be an object" },
        { "package.json", "{\n\"name\": \"a\",\n\"name\": \"b\"\n}", 3, "'name' stands on line 2 already" },
        { "package.json", "{\"scripts\": {\n\"test\": \"a\",\n\"test\": \"b\"\n}}", 3, "'scripts.test' stands on line 2 already" },
        { "package.json", "{\"scripts\": {\"test\": [\"a\"]}}", 1, "'scripts.test' is a list and must be a text" },
        { "package.json", "{\"dependencies\": \"x\"}", 1, "'dependencies' is a text and must be an object" },
        { "package.json", "{\"workspaces\": true}", 1, "'workspaces' is true or false and must be a list or an object" },
        { "package.json", "{\n<<<<<<< HEAD\n\"a\": 1\n=======\n\"a\": 2\n>>>>>>> other\n}", 2, "merge that was not finished" },
        { "package.json", "{\"name\": \"a\",", 1, "Not valid JSON" },
        { "composer.json", "[]", 1, "composer.json is a list and must be an object" },
        { "composer.json", "{\"require\": [\"php\"]}", 1, "'require' is a list and must be an object" },
        { "compose.yaml", "services: []\n", 1, "'services' is a list and must be a mapping" },
        { "compose.yaml", "services:\n  db: postgres\n", 2, "'services.db' is a text and must be a mapping" },
        { "docker-compose.yml", "- a\n", 1, "docker-compose.yml is a list and must be a mapping" },
        { ".gitlab-ci.yml", "test:\n\tscript: x\n", 2, "a tab indents this line" },
        { ".gitlab-ci.yml", "- a\n", 1, ".gitlab-ci.yml is a list and must be a mapping" },
        { ".gitlab-ci.yml", "stages: [test]\ntest: npm test\n", 2, "'test' is a text and must be a mapping" },
        { "turbo.json", "{\"tasks\": []}", 1, "'tasks' is a list and must be an object" },
        { "nx.json", "[]", 1, "nx.json is a list and must be an object" },
        { "lerna.json", "{\"packages\": {}}", 1, "'packages' is an object and must be a list" },
        { "lerna.json", "{", 1, "Not valid JSON" },
        { "global.json", "{\"sdk\": \"9.0.100\"}", 1, "'sdk' is a text and must be an object" },
        { "pubspec.yaml", "- name: x\n", 1, "pubspec.yaml is a list and must be a mapping" },
        { "pyproject.toml", "[project]\nname = \"a\"\nname = \"b\"\n", 3, "`project.name` is already defined" },
        { "pyproject.toml", "[project]\nname = \"a\"\n[project]\nversion = \"1\"\n", 3, "`project` is already defined" },
        { "pyproject.toml", "project = 1\n", 1, "'project' is a number and must be a table" },
        { "pyproject.toml", "[project]\ndependencies = \"x\"\n", 2, "'project.dependencies' is a text and must be an array" },
        { "Cargo.toml", "[package\n", 1, "Not valid TOML" },
        { "Cargo.toml", "package = 1\n", 1, "'package' is a number and must be a table" },
        { "Cargo.toml", "[workspace]\nmembers = \"a\"\n", 2, "'workspace.members' is a text and must be an array" },
        { "go.mod", "go 1.25\n", 1, "Names no module" },
        { "go.mod", "module x\n\nrequire (\n\ta v1\n", 3, "is never closed" },
        { "go.mod", "module x\nreqiure a v1\n", 2, "'reqiure' is no directive of go.mod; did you mean require?" },
        { "pom.xml", "<project>\n<artifactId>x", 2, "Not valid XML" },
        { "pom.xml", "<projekt/>", 1, "its root is <projekt> and must be <project>" },
        { "a/A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\">\n<PropertyGroup>\n", 2, "Not valid XML" },
        { "Directory.Packages.props", "<Project>\n", 1, "Not valid XML" },
        { "Gemfile", "source 'https://rubygems.org'\n<<<<<<< HEAD\ngem 'a'\n=======\ngem 'b'\n>>>>>>> x\n", 2, "merge that was not finished" },
        { "mix.exs", "defmodule X do\nend\n", 1, "Mix.Project" },
        { "Pipfile", "[packages]\na = \"*\"\na = \"*\"\n", 3, "`packages.a` is already defined" },
        { "deno.json", "{\"tasks\": []}", 1, "'tasks' is a list and must be an object" },
        { "pnpm-workspace.yaml", "packages:\n  a: b\n", 1, "'packages' is a mapping and must be a list" },
        { "Taskfile.yml", "tasks: [a]\n", 1, "'tasks' is a list and must be a mapping" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_manifest_is_told_once_at_its_place(string path, string text, int line, string message)
    {
        var (model, diagnostics) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText((path, text), ("other/go.mod", "module y\n\ngo 1.25\n"), ("other/a_test.go", "package y\n")));

        var told = Assert.Single(diagnostics);
        Assert.Equal((path, line), (told.Path, told.Line));
        Assert.Contains(message, told.Message);
        Assert.Contains(model.Components, component => component.Path == "other");
    }

    [Theory]
    [InlineData("package.json", "{\"//\": \"a\", \"//\": \"b\", \"name\": \"x\", \"workspaces\": {\"packages\": []}, \"scripts\": {}}")]
    [InlineData("composer.json", "{\"require\": []}")]
    [InlineData("compose.yaml", "x-a: &a\n  image: b\nservices:\n  c:\n    <<: *a\n")]
    [InlineData("docker-compose.override.yml", "volumes:\n  data:\n")]
    [InlineData(".gitlab-ci.yml", "include: x\n.hidden: [a]\nimage: b\nstages: [test]\nvariables:\n  A: b\ntest:\n  script: x\n")]
    [InlineData("pubspec.yaml", "name: x\ndependencies:\ndev_dependencies:\n  test: any\n")]
    [InlineData("Cargo.toml", "[package]\nname = \"a\"\n[[bin]]\nname = \"b\"\n[bin.x]\ny = 1\n[[bin]]\nname = \"c\"\n[bin.x]\ny = 1\n[dependencies.a]\nversion = \"1\"\n[dependencies]\nb = \"1\"\n")]
    [InlineData("go.mod", "// Deprecated: x\nmodule x\n\ngo 1.25\n\ntoolchain go1.25.1\n\nrequire (\n\ta v1 // indirect\n)\n\nretract [v1, v2]\n\ngodebug default=go1.21\n\nignore ./x\n\ntool a/b\n")]
    [InlineData("pom.xml", "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"/>")]
    [InlineData("mix.exs", "defmodule X.MixProject do\n  use Mix.Project\nend\n")]
    [InlineData("turbo.json", "// comment\n{\"tasks\": {},}")]
    [InlineData("tests/fixtures/broken/package.json", "[")]
    public void What_its_tool_accepts_is_not_told(string path, string text) =>
        Assert.Empty(RepositoryModelBuilder.Build(RepositorySnapshot.FromText((path, text))).Diagnostics);

    [Fact]
    public void A_manifest_in_utf_16_is_read_and_that_is_told()
    {
        var (model, diagnostics) = Build("package.json", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{\"name\": \"wide\", \"scripts\": {\"test\": \"node --test\"}}")]);

        Assert.Equal("wide", Assert.Single(model.Components).Name);
        Assert.Equal(new("package.json", 1, "Stands in UTF-16. It is read here, and many tools read UTF-8 only: save it as UTF-8."), Assert.Single(diagnostics));
    }

    [Fact]
    public void A_project_of_visual_studio_may_stand_in_utf_16()
    {
        var (model, diagnostics) = Build("A.csproj", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes("<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>")]);

        Assert.Equal("10.0.x", Assert.Single(Assert.Single(model.Components).Runtimes).Versions[0]);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void A_manifest_with_a_nul_byte_is_told()
    {
        var (_, diagnostics) = Build("package.json", Encoding.UTF8.GetBytes("{\"name\": \"a\0b\"}"));
        Assert.Equal(new("package.json", 0, "Has a NUL byte in it, and so counts as binary and is not read. Save it as UTF-8 without one."), Assert.Single(diagnostics));
    }

    [Fact]
    public void A_manifest_in_an_unknown_encoding_is_told_at_its_first_such_line()
    {
        var (model, diagnostics) = Build("package.json", Encoding.Latin1.GetBytes("{\n\"name\": \"a\",\n\"author\": \"J\u00f6rg\"}"));

        Assert.Single(model.Components);
        Assert.Equal(new("package.json", 3, "Has bytes that are not UTF-8; they are read as \uFFFD. Save it as UTF-8."), Assert.Single(diagnostics));
    }

    [Theory]
    [InlineData("a", "../b", "b", "../a", "a/package.json")]
    [InlineData("", "a", "a", "..", "package.json")]
    public void Workspaces_that_hold_each_other_are_told(string first, string holds, string second, string back, string path)
    {
        var diagnostics = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ($"{first}/package.json".TrimStart('/'), $"{{\n\"name\": \"x\",\n\"workspaces\": [\"{holds}\"]}}"),
            ($"{second}/package.json", $"{{\"name\": \"y\", \"workspaces\": [\"{back}\"]}}"))).Diagnostics;

        var told = Assert.Single(diagnostics);
        Assert.Equal((path, 3), (told.Path, told.Line));
        Assert.Contains("in a circle", told.Message);
    }

    [Theory]
    [InlineData("npm run test", "'test' calls itself")]
    [InlineData("npm run unit", "'test' -> 'unit' -> 'test'")]
    [InlineData("npm t && echo", "'test' calls itself")]
    public void A_script_that_runs_itself_is_told_and_not_offered(string body, string message)
    {
        var (model, diagnostics) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("package.json", $"{{\"scripts\": {{\n\"test\": \"{body}\",\n\"unit\": \"npm test\"}}}}"), ("package-lock.json", "{}")));

        var told = Assert.Single(diagnostics);
        Assert.Equal(("package.json", 2), (told.Path, told.Line));
        Assert.Contains(message, told.Message);
        Assert.Null(model.Components[0].Command(CommandKind.Test));
        Assert.Contains(model.NotInferred, gap => gap.What == "test" && gap.Why.Contains("never ends", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("npm run test --workspaces")]
    [InlineData("npm test -w a")]
    [InlineData("npm --prefix a test")]
    [InlineData("cd a && npm test")]
    [InlineData("npm run test:unit")]
    [InlineData("node --test || npm run test")]
    [InlineData("echo 'npm test'")]
    public void A_script_that_runs_another_of_its_name_is_not_told(string body) =>
        Assert.Empty(RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("package.json", $"{{\"scripts\": {{\"test\": \"{body}\", \"test:unit\": \"node --test\"}}}}"), ("package-lock.json", "{}"))).Diagnostics);

    [Theory]
    [InlineData("test:\n\t$(MAKE) test\n", 1, "'test' calls itself")]
    [InlineData("build: test\n\techo\n\ntest: build\n\tgo test ./...\n", 1, "'build' -> 'test' -> 'build'")]
    public void Targets_that_need_each_other_are_told(string makefile, int line, string message)
    {
        var told = Assert.Single(RepositoryModelBuilder.Build(RepositorySnapshot.FromText(("go.mod", "module x\n"), ("a_test.go", ""), ("Makefile", makefile))).Diagnostics);
        Assert.Equal(("Makefile", line), (told.Path, told.Line));
        Assert.Contains(message, told.Message);
    }

    [Theory]
    [InlineData("test:\n\t$(MAKE) -C sub test\n")]
    [InlineData("test:\n\t$(MAKE) test RECURSIVE=1\n")]
    [InlineData("ifndef X\ntest:\n\t$(MAKE) test\nelse\ntest:\n\tgo test\nendif\n")]
    [InlineData("test: a b\na: b\nb:\n\tgo test ./...\n")]
    public void Targets_that_do_not_are_not_told(string makefile) =>
        Assert.Empty(RepositoryModelBuilder.Build(RepositorySnapshot.FromText(("go.mod", "module x\n"), ("a_test.go", ""), ("Makefile", makefile))).Diagnostics);

    private static (RepositoryModel Model, IReadOnlyList<Diagnostic> Diagnostics) Build(string path, byte[] bytes) =>
        RepositoryModelBuilder.Build(new RepositorySnapshot([new SnapshotFile(path, bytes.Length, SnapshotClassifier.ByContent(path, bytes), () => bytes)]));
}
