using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>Whether a command answers to something in a repository, found by other means than the detectors'.</summary>
internal static class CommandResolution
{
    private static readonly string[] Toolchain = ["npm", "npx", "yarn", "pnpm", "bun", "go", "dotnet", "pip", "python", "uv", "poetry", "pdm", "hatch", "pipenv", "cargo", "mvn", "gradle", "sbt", "deno", "cmake", "ctest", "meson", "make", "terraform", "docker", "bats", "shellcheck", "shfmt", "tflint", "hadolint", "turbo", "nx", "lerna"];

    public static bool Resolves(RepositorySnapshot snapshot, Command command)
    {
        var folder = command.WorkingDirectory == "." ? "" : command.WorkingDirectory + "/";
        string? Text(string path) => snapshot.Find(folder + path)?.Text;
        bool Mentions(string word) => snapshot.Files.Any(file => file.Extension is ".json" or ".toml" or ".txt" or ".cfg" or ".ini" or ".py" or ".yml" or ".mod" or ".kts" or ".gradle" || file.Name is "Pipfile")
            && snapshot.Files.Any(file => Regex.IsMatch(file.Text + " " + file.Name, $"(?<![A-Za-z0-9]){Regex.Escape(word)}(?![A-Za-z0-9])", RegexOptions.None, TimeSpan.FromSeconds(1)));

        string Configuration() => Text("deno.json") ?? Text("deno.jsonc") ?? "";

        // A path is the same with and without "./" before it, unless it is what runs; a shell before a script is not what it says.
        var words = command.Run.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        words = words is ["sh", ['.', '/', ..], ..] ? words[1..] : words;
        words = [.. words.Take(1), .. words.Skip(1).Select(word => word.StartsWith("./", StringComparison.Ordinal) && word.Length > 2 && words[0] == "dotnet" ? word[2..] : word)];
        bool Listed(string path) => snapshot.Entries.Any(file => file.Path == folder + path);
        return words switch
        {
            ["npm" or "npx" or "pnpm" or "yarn", "turbo" or "nx" or "lerna", ..] or ["pnpm", "exec", "turbo" or "nx" or "lerna", ..] => Text("package.json")?.Contains($"\"{words.First(word => word is "turbo" or "nx" or "lerna")}\"", StringComparison.Ordinal) == true,
            ["pnpm", "-r", var script] => snapshot.Files.Any(file => file.Name == "package.json" && HasScript(file.Text, script)),
            ["deno", "task", var task] => Configuration().Contains($"\"{task}\"", StringComparison.Ordinal),
            ["deno", "install", "--frozen"] => Text("deno.lock") is not null,
            ["deno", "publish", "--dry-run"] => Configuration() is { } own && (own.Contains("\"exports\"", StringComparison.Ordinal) || own.Contains("\"workspace\"", StringComparison.Ordinal)),
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
            ["make", .. var arguments] when arguments.All(IsAssignment) => Text("Makefile") is not null || Text("configure.ac") is not null,
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
            ["bun", "x", "--no-install", var tool, ..] => Text("package.json")?.Contains($"\"{Package(tool)}\"", StringComparison.Ordinal) == true,
            ["bun", "test", ..] => snapshot.Under(folder.TrimEnd('/')).Any(file => file.Extension is ".ts" or ".tsx" or ".js" or ".jsx" && file.Text.Contains("bun:test", StringComparison.Ordinal)),
            ["yarn" or "pnpm", var script, ..] => HasScript(Text("package.json"), script),
            ["python", "-m", var module, ..] => Mentions(module),
            ["cargo", .. var arguments] => Text("Cargo.toml") is not null && (!arguments.Contains("--locked") || Text("Cargo.lock") is not null),
            ["mvn" or "./mvnw", .. var goals] => (words[0] == "mvn" || (Text("mvnw") is not null && Text(".mvn/wrapper/maven-wrapper.properties") is not null))
                && goals.Where(goal => goal.Contains(':')).All(goal => Text("pom.xml")?.Contains($"{goal.Split(':')[0]}-maven-plugin", StringComparison.Ordinal) == true || Text("pom.xml")?.Contains($"maven-{goal.Split(':')[0]}-plugin", StringComparison.Ordinal) == true)
                && Text("pom.xml") is not null,
            ["gradle" or "./gradlew", .. var tasks] => (words[0] == "gradle" || (Listed("gradlew") && Listed("gradle/wrapper/gradle-wrapper.jar")))
                && (Text("build.gradle") ?? Text("build.gradle.kts")) is not null
                && tasks.All(task => task.StartsWith('-') || task is "assemble" or "test" or "check" or "build" || Mentions(GradlePlugin(task))),
            ["sbt", .. var tasks] => Text("build.sbt") is not null
                && tasks.All(task => !task.Contains("scala", StringComparison.Ordinal) || Text("project/plugins.sbt")?.Contains(task.Contains("fmt", StringComparison.Ordinal) ? "sbt-scalafmt" : "sbt-scalafix", StringComparison.Ordinal) == true),
            ["chmod", "+x", var script] => Text(script) is not null,
            ["make", .. var arguments] => arguments.Where(argument => !IsAssignment(argument)).All(target => Regex.IsMatch(Text("Makefile") ?? "", $"^{Regex.Escape(target)}:", RegexOptions.Multiline, TimeSpan.FromSeconds(1))),
            ["just", var recipe] => Regex.IsMatch(Text("justfile") ?? "", $"^{Regex.Escape(recipe)}[^:=\n]*:", RegexOptions.Multiline, TimeSpan.FromSeconds(1)),
            ["task", var task] => Text("Taskfile.yml")?.Contains($"  {task}:", StringComparison.Ordinal) == true,
            ["go", ..] => Text("go.mod") is not null,
            ["golangci-lint", ..] => Text(".golangci.yml") is not null || Text(".golangci.yaml") is not null,
            ["dotnet", "tool", "restore"] => Text(".config/dotnet-tools.json") is not null,
            ["dotnet", ..] => words.Where(word => word.EndsWith("proj", StringComparison.Ordinal) || word.Contains(".sln", StringComparison.Ordinal)).All(path => Text(path) is not null)
                && snapshot.In(folder.TrimEnd('/')).Any(file => file.Extension is ".sln" or ".slnx" or ".csproj" or ".fsproj"),
            ["pip", "install", "nox"] => Text("noxfile.py") is not null,
            ["pip", "install", "tox"] => Text("tox.ini") is not null,
            ["pip", "install", .. var arguments] => arguments.Where(argument => argument.EndsWith(".txt", StringComparison.Ordinal)).All(path => Text(path) is not null),
            ["tox", "run", "-e", "py"] => Text("tox.ini") is not null,
            ["tox", "run", "-e", var environment] => Text("tox.ini")?.Contains($"[testenv:{environment}]", StringComparison.Ordinal) == true,
            ["nox", "-s", var session] => Text("noxfile.py")?.Contains($"def {session}(", StringComparison.Ordinal) == true,
            ["hatch", "run", var script, ..] => Mentions(script.Split(':')[^1]),
            ["python", var script, "test", ..] when script.Split('/')[^1] == "manage.py" => Text(script) is not null,
            ["uv", "sync", ..] => Text("uv.lock") is not null,
            ["poetry", "install", ..] => Text("pyproject.toml")?.Contains("[tool.poetry", StringComparison.Ordinal) == true,
            ["pipenv", "sync", "--dev"] => Text("Pipfile.lock") is not null,
            ["uv" or "poetry" or "pdm" or "pipenv", "run", var tool, ..] => Mentions(tool),
            _ when OtherLanguages.Knows(words) => OtherLanguages.Resolves(words, Text, () => snapshot.Under(folder.TrimEnd('/'))),
            [['.', '/', 'v', 'e', 'n', 'd', 'o', 'r', '/', ..], ..] => OtherLanguages.Resolves([words[0][2..], .. words[1..]], Text, () => snapshot.Under(folder.TrimEnd('/'))),
            [var script, ..] when script.StartsWith("./", StringComparison.Ordinal) => Text(script[2..]) is not null,
            [var tool, ..] => !Toolchain.Contains(tool) && Mentions(tool),
            _ => false,
        };
    }

    /// <summary>A variable of a makefile, whose value may be quoted.</summary>
    private static bool IsAssignment(string argument) => Regex.IsMatch(argument, "^[A-Za-z_][A-Za-z0-9_]*=", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string GradlePlugin(string task) => task switch { "allTests" => "multiplatform", "lintKotlin" => "kotlinter", "lint" => "android", "spotlessCheck" => "spotless", "ktlintCheck" => "ktlint", "jacocoTestReport" => "jacoco", "checkstyleMain" => "checkstyle", "koverXmlReport" => "kover", _ => task };

    private static string Package(string tool) => tool switch { "tsc" => "typescript", "playwright" => "@playwright/test", "biome" => "@biomejs/biome", _ => tool };

    private static bool HasScript(string? manifest, string name) =>
        manifest is not null && Regex.IsMatch(manifest, $"\"{Regex.Escape(name)}\"\\s*:\\s*\"", RegexOptions.None, TimeSpan.FromSeconds(1));
}
