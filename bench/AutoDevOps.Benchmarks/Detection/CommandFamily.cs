using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>What a command is for and by which tool: two commands of one family do the same thing with other options.</summary>
/// <param name="Group">The ecosystem, Java and Kotlin and C and C++ being one each; <c>"any"</c> where the words do not say.</param>
internal readonly record struct CommandFamily(string Group, string Key)
{
    private static readonly string[] NodeTests = ["vitest", "jest", "ava", "mocha", "tap", "playwright", "cypress", "karma", "uvu", "tsd", "vite-plus"];

    private static readonly (string Group, string[] Tools)[] Linters =
    [
        ("node", ["eslint", "biome", "prettier", "tsc", "xo", "oxlint", "stylelint", "dprint", "svelte-check", "vue-tsc", "knip", "publint", "oxfmt"]),
        ("python", ["ruff", "black", "flake8", "mypy", "pylint", "isort", "pyright", "bandit", "ty"]),
        ("go", ["golangci-lint", "gofmt", "gofumpt", "staticcheck", "revive", "golint"]),
        ("ruby", ["rubocop", "standardrb", "standard"]),
        ("php", ["phpstan", "psalm", "php-cs-fixer", "pint", "phpcs"]),
        ("haskell", ["hlint", "ormolu", "fourmolu", "stylish-haskell"]),
        ("swift", ["swiftlint", "swiftformat"]),
        ("c", ["clang-format", "clang-tidy", "cpplint", "cppcheck"]),
        ("terraform", ["tflint", "terraform-docs", "tfsec"]),
        ("shell", ["shellcheck", "shfmt"]),
        ("any", ["pre-commit", "prek"]),
    ];

    public static string GroupOf(string ecosystem) => ecosystem switch
    {
        Ecosystems.Kotlin => Ecosystems.Java,
        Ecosystems.Cpp => Ecosystems.C,
        _ => ecosystem,
    };

    /// <summary>What of a command's words runs tests, or null.</summary>
    public static CommandFamily? Test(string[] words)
    {
        if (CommandReach.Script(words) is { } script)
        {
            return script.Contains("test", StringComparison.Ordinal) && !script.Contains("lint", StringComparison.Ordinal) && !script.Contains('/') ? new("node", "script " + script) : null;
        }

        var tool = words[0][(words[0].LastIndexOf('/') + 1)..];
        return (tool, words[1..]) switch
        {
            ("node", var rest) when rest.Contains("--test") => new("node", "node --test"),
            (var name, _) when NodeTests.Contains(name) => new("node", name),
            ("pytest" or "py.test", _) => new("python", "pytest"),
            ("unittest", _) => new("python", "unittest"),
            ("python" or "python3" or "coverage", var rest) when rest.Contains("pytest") => new("python", "pytest"),
            ("python" or "python3", var rest) when rest.Any(word => word.EndsWith("runtests.py", StringComparison.Ordinal)) => new("python", "runtests.py"),
            ("tox", var rest) when !rest.Any(IsCheck) => new("python", "tox"),
            ("nox", var rest) when !rest.Any(IsCheck) => new("python", "nox"),
            ("manage.py", ["test", ..]) => new("python", "manage.py test"),
            ("python" or "python3" or "coverage", var rest) when rest.SkipWhile(word => word != "manage.py").Skip(1).FirstOrDefault() == "test" => new("python", "manage.py test"),
            ("rails", [var task, ..]) when task.StartsWith("test", StringComparison.Ordinal) => new("ruby", "rails test"),
            ("hatch", ["run", var name, ..]) when name.StartsWith("test", StringComparison.Ordinal) || name is "tox" or "pytest" => new("python", "hatch test"),
            ("hatch", ["test", ..]) => new("python", "hatch test"),
            ("go", ["test", ..]) or ("gotestsum", _) => new("go", "go test"),
            ("cargo", var rest) when rest.SkipWhile(word => word.StartsWith('+')).FirstOrDefault() is "test" or "nextest" or "t" or "hack" && rest.Any(word => word is "test" or "nextest" or "t") => new("rust", "cargo test"),
            ("mvn" or "mvnw", var rest) when rest.Any(word => word is "test" or "verify" or "install" or "package") => new("java", "mvn test"),
            ("mvn" or "mvnw", var rest) when CommandReach.Plain(rest).All(word => word.Length == 0) => new("java", "mvn test"),
            ("gradle" or "gradlew", var rest) when rest.Any(word => word is "build" or "check" || word.Contains("test", StringComparison.OrdinalIgnoreCase)) => new("java", "gradle test"),
            ("sbt", var rest) when rest.Any(word => word.Contains("test", StringComparison.OrdinalIgnoreCase)) => new("scala", "sbt test"),
            ("dotnet", ["test", ..]) => new("dotnet", "dotnet test"),
            ("rspec", _) => new("ruby", "rspec"),
            ("rake", var rest) => CommandReach.Plain(rest).All(word => word.Contains("test", StringComparison.Ordinal) || word.Contains("spec", StringComparison.Ordinal)) ? new("ruby", "rake test") : null,
            ("phpunit" or "simple-phpunit" or "pest" or "paratest", _) => new("php", "phpunit"),
            ("php", ["artisan", "test", ..]) => new("php", "phpunit"),
            ("php", var rest) when rest.Any(word => word.Contains("phpunit", StringComparison.Ordinal)) => new("php", "phpunit"),
            ("composer", var rest) when rest.Any(word => word.Contains("test", StringComparison.Ordinal)) => new("php", "composer test"),
            ("mix", ["test", ..]) or ("mix", ["do", .., "test"]) => new("elixir", "mix test"),
            ("swift", ["test", ..]) => new("swift", "swift test"),
            ("xcodebuild", var rest) when rest.Contains("test") => new("swift", "xcodebuild test"),
            ("ctest", _) => new("c", "ctest"),
            ("cmake", var rest) when rest.Any(word => word is "test" or "check") => new("c", "ctest"),
            ("meson", ["test", ..]) or ("ninja", ["test", ..]) => new("c", "meson test"),
            ("cabal" or "stack", var rest) when rest.Any(word => word is "test" or "v2-test" or "--test") => new("haskell", words[0] + " test"),
            ("dart" or "flutter" or "very_good", ["test", ..]) or ("very_good", [_, "test", ..]) => new("dart", "dart test"),
            ("dart", ["pub", "run", "test", ..]) => new("dart", "dart test"),
            ("deno", ["test", ..]) => new("deno", "deno test"),
            ("deno", ["task", var task, ..]) when task.Contains("test", StringComparison.Ordinal) => new("deno", "task " + task),
            ("zig", ["build", "test", ..]) => new("zig", "zig build test"),
            ("terraform", ["test", ..]) => new("terraform", "terraform test"),
            ("bun", ["test", ..]) => new("node", "bun test"),
            ("bats", _) => new("shell", "bats"),
            ("make" or "just" or "task", var rest) when CommandReach.Plain(rest).FirstOrDefault(word => word.Contains("test", StringComparison.Ordinal) || word is "check") is { } target => new("any", $"{tool} {target}"),
            _ when words[0].Contains('/') && (tool.Contains("test", StringComparison.Ordinal) || tool == "cibuild") && !words[0].Contains("docker", StringComparison.Ordinal) => new("any", words[0].TrimStart('.', '/')),
            _ => null,
        };
    }

    /// <summary>What of a command's words checks style, types or form, or null.</summary>
    public static CommandFamily? Lint(string[] words)
    {
        if (CommandReach.Script(words) is { } script)
        {
            return IsCheck(script) ? new("node", "script " + script) : null;
        }

        var tool = words[0][(words[0].LastIndexOf('/') + 1)..];
        foreach (var (group, tools) in Linters)
        {
            if (tools.Contains(tool))
            {
                return new(group, tool is "prek" ? "pre-commit" : tool);
            }
        }

        return (tool, words[1..]) switch
        {
            (var name, _) when name.StartsWith("golangci-lint", StringComparison.Ordinal) => new("go", "golangci-lint"),
            ("tox" or "nox", var rest) when rest.FirstOrDefault(IsCheck) is { } name => new("python", $"{tool} {name}"),
            ("go", ["vet", ..]) => new("go", "go vet"),
            ("cargo", var rest) when rest.Any(word => word is "clippy" or "fmt") => new("rust", "cargo " + rest.First(word => word is "clippy" or "fmt")),
            ("rustfmt", _) => new("rust", "cargo fmt"),
            ("dotnet", ["format", ..]) => new("dotnet", "dotnet format"),
            ("mix", [var task, ..]) when task is "format" or "credo" or "dialyzer" => new("elixir", "mix " + task),
            ("mix", ["do", .. var rest]) when rest.Contains("format") => new("elixir", "mix format"),
            ("gradle" or "gradlew", var rest) when rest.Any(word => word.Contains("spotless", StringComparison.Ordinal) || word.Contains("ktlint", StringComparison.Ordinal) || word.Contains("detekt", StringComparison.Ordinal) || word.Contains("checkstyle", StringComparison.Ordinal)) => new("java", "gradle style"),
            ("mvn" or "mvnw", var rest) when rest.Any(word => word.Contains("checkstyle", StringComparison.Ordinal) || word.Contains("spotless", StringComparison.Ordinal) || word.Contains("spotbugs", StringComparison.Ordinal) || word.Contains("pmd", StringComparison.Ordinal)) => new("java", "maven style"),
            ("sbt", var rest) when rest.Any(word => word.Contains("scalafmt", StringComparison.Ordinal) || word.Contains("headerCheck", StringComparison.Ordinal)) => new("scala", "scalafmt"),
            ("dart" or "flutter", ["format" or "analyze", ..]) => new("dart", "dart " + words[1]),
            ("deno", ["lint" or "fmt" or "check", ..]) => new("deno", "deno " + words[1]),
            ("deno", ["task", var task, ..]) when IsCheck(task) => new("deno", "task " + task),
            ("terraform", ["fmt" or "validate", ..]) => new("terraform", "terraform " + words[1]),
            ("zig", ["fmt", ..]) => new("zig", "zig fmt"),
            ("composer", var rest) when rest.FirstOrDefault(IsCheck) is { } name => new("php", "composer " + name),
            ("rake", var rest) when rest.Any(IsCheck) => new("ruby", "rubocop"),
            ("make" or "just" or "task", var rest) when CommandReach.Plain(rest).FirstOrDefault(IsCheck) is { } target => new("any", $"{tool} {target}"),
            ("bash" or "sh", [var path, ..]) when path.Contains("lint", StringComparison.Ordinal) || path.Contains("fmt", StringComparison.Ordinal) => new("any", path.TrimStart('.', '/')),
            _ when words[0].Contains('/') && IsCheck(tool) => new("any", words[0].TrimStart('.', '/')),
            _ => null,
        };
    }

    private static bool IsCheck(string word) =>
        word.Contains("lint", StringComparison.OrdinalIgnoreCase) || word.Contains("format", StringComparison.OrdinalIgnoreCase) || word.Contains("fmt", StringComparison.Ordinal)
        || word.Contains("typecheck", StringComparison.OrdinalIgnoreCase) || word.Contains("type-check", StringComparison.Ordinal) || word is "test:code" or "test:other" or "style" or "typing" or "pre-commit" or "pylint" or "fmt" or "stylecheck" or "check" or "test:types" or "check-types";
}
