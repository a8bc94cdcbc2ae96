using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Tests.Support;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

public sealed class RepositoryModelTests
{
    public static TheoryData<string> Repositories => FixtureRepositories.Names;

    [Theory]
    [MemberData(nameof(Repositories))]
    public void A_repository_has_the_model_that_stands_beside_it(string name)
    {
        var (model, diagnostics) = RepositoryModelBuilder.Build(FixtureRepositories.Snapshot(name));
        var actual = FixtureRepositories.Render(model, diagnostics);

        // After a wanted change; whoever wrote it reads the difference before committing it.
        if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
        {
            File.WriteAllText(Path.Combine(RepositoryRoot.Fixtures, "Repositories", name + ".expected.json"), actual);
            return;
        }

        Assert.Equal(FixtureRepositories.Expected(name), actual);
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public void The_order_in_which_files_are_listed_does_not_matter(string name)
    {
        var files = FixtureRepositories.Files(name);
        var (first, firstDiagnostics) = RepositoryModelBuilder.Build(new(files));
        files.Reverse();
        var (second, secondDiagnostics) = RepositoryModelBuilder.Build(new(files));

        Assert.Equal(FixtureRepositories.Render(first, firstDiagnostics), FixtureRepositories.Render(second, secondDiagnostics));
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public void Every_evidence_quotes_the_line_it_points_at(string name)
    {
        var snapshot = FixtureRepositories.Snapshot(name);
        var (model, _) = RepositoryModelBuilder.Build(snapshot);

        var evidence = model.Components.SelectMany(component =>
            component.Commands.SelectMany(command => command.Evidence)
                .Concat(component.Runtimes.SelectMany(runtime => runtime.Evidence))
                .Concat(component.Services.SelectMany(service => service.Evidence))
                .Concat(component.PackageManager?.Evidence ?? []));
        foreach (var place in evidence)
        {
            var file = snapshot.Find(place.Path);
            Assert.True(file is not null, $"{place} does not exist.");
            if (place.Line > 0)
            {
                Assert.Contains(place.Excerpt!, file.Lines().Single(line => line.Number == place.Line).Text, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public void Every_command_has_evidence_and_a_confidence(string name)
    {
        var (model, _) = RepositoryModelBuilder.Build(FixtureRepositories.Snapshot(name));
        Assert.All(model.Components.SelectMany(component => component.Commands), command =>
        {
            Assert.NotEmpty(command.Evidence);
            Assert.InRange(command.Confidence, 0.01, 1);
            Assert.DoesNotContain('\n', command.Run);
        });
    }

    [Fact]
    public void A_detector_that_meets_broken_manifests_reports_them_and_goes_on()
    {
        var (model, diagnostics) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("package.json", "{ \"name\": "), ("pyproject.toml", "[project\n"), ("go.mod", "module\nrequire (((\n"), ("App.csproj", "<Project"),
            ("Cargo.toml", "[package"), ("c/Cargo.toml", "package = 3\nworkspace = []\n[dependencies]\na = [1]\n"), ("c/src/lib.rs", ""), ("pom.xml", "<project><modules>"), ("d/pom.xml", "<project/>"), ("d/A.java", ""), ("build.gradle", "/* \" ' ((("), ("gradle/libs.versions.toml", "[["), ("build.sbt", "\" % \""),
            ("a/package.json", "[]"), ("b/package.json", "{\"scripts\": 3, \"dependencies\": [1], \"workspaces\": {\"packages\": 7}, \"engines\": []}"),
            (".github/workflows/a.yml", "jobs: {x: [1, {steps: 4}]}\n"), (".github/workflows/b.yml", "a: [\n"), (".gitlab-ci.yml", "x: {extends: x, script: }\ny: {extends: [y, x]}\n"),
            ("d/deno.json", "{ \"tasks\": [1], \"workspace\": 3, \"imports\": 7, \"lock\": [] }"), ("d/e/deno.jsonc", "{ \"name\": "), ("c/CMakeLists.txt", "project(x\nif(\n\"open\n[==[\n"), ("c/CMakePresets.json", "[ {"), ("c/a.cpp", ""),
            ("m/meson.build", "project('x'\n"), ("m/a.c", ""), ("t/main.tf", "terraform { required_version = \n module \"\" {\n source = \"../../..\"\n"), ("i/Dockerfile", "COPY --from\n"), ("i/compose.yml", "services: { a: [1], b: { build: [], env_file: [{}] } }\n"),
            ("docker-compose.yml", "services: [1, 2]\n"), ("Taskfile.yml", "tasks: 3\n"), ("tox.ini", "  indented\n[unclosed\n=\n"), ("global.json", "nope")));

        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Message.Contains("detector failed", StringComparison.Ordinal));
        Assert.Contains(diagnostics, diagnostic => diagnostic.Path == "package.json");
        Assert.Contains(diagnostics, diagnostic => diagnostic.Path == "pyproject.toml");
        Assert.Contains(diagnostics, diagnostic => diagnostic.Path == "App.csproj");
        Assert.Contains(diagnostics, diagnostic => diagnostic.Path == "Cargo.toml");
        Assert.Contains(diagnostics, diagnostic => diagnostic.Path == "pom.xml");
        Assert.Contains(diagnostics, diagnostic => diagnostic.Path == ".github/workflows/b.yml");
        Assert.Contains(model.Components, component => component is { Path: ".", Ecosystem: "go" });
        Assert.Contains(model.Components, component => component is { Path: "b", Ecosystem: "node" });
        Assert.Contains(diagnostics, diagnostic => diagnostic.Path == "d/e/deno.jsonc");
        Assert.Contains(model.Components, component => component is { Path: "d", Ecosystem: "deno" });
        Assert.Contains(model.Components, component => component is { Path: "t", Ecosystem: "terraform" });
    }
}
