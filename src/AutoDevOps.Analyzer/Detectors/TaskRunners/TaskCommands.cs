using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.TaskRunners;

/// <summary>The tasks of a folder as commands of one ecosystem's component.</summary>
internal sealed class TaskCommands
{
    private static readonly (string Ecosystem, string[] Manifests, string[] Tools)[] Tools =
    [
        (Ecosystems.Node, ["package.json"], ["npm", "npx", "yarn", "pnpm", "bun", "node", "eslint", "jest", "vitest", "tsc", "prettier"]),
        (Ecosystems.Python, ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "tox.ini", "noxfile.py"],
            ["python", "python3", "pytest", "uv", "poetry", "pdm", "hatch", "pipenv", "tox", "nox", "pip", "ruff", "mypy", "flake8", "black", "coverage"]),
        (Ecosystems.Go, ["go.mod"], ["go", "golangci-lint", "gofmt", "gotestsum", "staticcheck"]),
        (Ecosystems.DotNet, ["global.json", "Directory.Build.props"], ["dotnet"]),
        ("rust", ["Cargo.toml"], ["cargo"]),
        ("java", ["pom.xml", "build.gradle", "build.gradle.kts"], ["mvn", "./mvnw", "gradle", "./gradlew"]),
        (Ecosystems.Scala, ["build.sbt"], ["sbt", "./sbt", "scala", "scalafmt"]),
        (Ecosystems.Ruby, ["Gemfile"], ["bundle", "rake", "rspec", "bin/rails"]),
        (Ecosystems.Php, ["composer.json"], ["composer", "php", "vendor/bin/phpunit", "vendor/bin/pest", "./vendor/bin/phpunit", "./vendor/bin/pest"]),
        (Ecosystems.Elixir, ["mix.exs"], ["mix", "elixir"]),
        (Ecosystems.Dart, ["pubspec.yaml"], ["dart", "flutter", "melos"]),
        (Ecosystems.Swift, ["Package.swift"], ["swift", "swiftlint", "swiftformat", "xcodebuild"]),
        (Ecosystems.Haskell, ["cabal.project", "stack.yaml", "package.yaml"], ["cabal", "stack", "ghc", "hlint"]),
        (Ecosystems.Zig, ["build.zig"], ["zig"]),
        (Ecosystems.Deno, ["deno.json", "deno.jsonc"], ["deno"]),
        (Ecosystems.Cpp, ["CMakeLists.txt", "meson.build", "configure.ac"], ["cmake", "ctest", "meson", "ninja", "gcc", "g++", "clang", "clang++", "$(CC)", "$(CXX)", "./configure", "clang-format", "clang-tidy", "cppcheck"]),
        (Ecosystems.Terraform, ["main.tf", "versions.tf"], ["terraform", "tofu", "tflint"]),
    ];

    private static readonly string[] TestTools = ["pytest", "go test", "dotnet test", "vitest", "jest", "unittest", "cargo test", "rspec", "rake test", "phpunit", "pest", "mix test", "dart test", "flutter test", "swift test", "cabal test", "stack test", "zig build test", "cargo nextest", "mvn test", "mvn verify", "mvnw verify", "gradlew test", "gradlew check", "sbt test"];
    private static readonly string[] LintTools = ["ruff", "flake8", "pylint", "mypy", "eslint", "golangci-lint", "go vet", "prettier", "black", "rubocop", "phpcs", "credo", "dart analyze", "swiftlint", "hlint", "cargo clippy", "cargo fmt", "ktlint", "detekt", "checkstyle", "spotless", "scalafmt"];

    private readonly DetectionContext _context;
    private readonly string _folder;
    private readonly string _ecosystem;
    private readonly Predicate<string> _brings;
    private readonly IReadOnlyList<TaskTarget> _targets;

    /// <param name="brings">Whether installing the component puts a program on the path.</param>
    public TaskCommands(DetectionContext context, string folder, string ecosystem, Predicate<string>? brings = null)
    {
        _context = context;
        _folder = folder;
        _ecosystem = ecosystem;
        _brings = brings ?? (_ => false);
        _targets = [.. TaskTargets.In(context, folder).Where(IsOurs)];
    }

    /// <summary>Of each kind the task whose name says it most plainly, of the first task runner that has one. A task that calls what nothing
    /// installs gives way to whatever can run.</summary>
    public IEnumerable<CommandCandidate> Candidates() =>
        from target in _targets
        let kind = TaskNames.Classify(target.Name)
        where kind is not null && target.Body.Length > 0 && !LongRunning.Is(target.Body) && !Repairs(kind.Value.Kind, target.Body) && CanRun(target)
        let called = CalledPrograms.Of(target, _ecosystem, _brings)
        orderby kind.Value.Rank
        select new CommandCandidate(
            kind.Value.Kind, Family(kind.Value.Kind, target.Run), target.Run, _folder,
            called.AreBrought ? CommandSource.TaskRunner : CommandSource.Convention, called.AreBrought ? 0.9 : 0.7, [target.Evidence])
        {
            Needs = called.Needs,
        };

    /// <summary>Whether the scripts are there that a target runs in its own folder; if not, that is said.</summary>
    private bool CanRun(TaskTarget target)
    {
        if (target.Runner is not ("make" or "just") || _context.CalledFiles.Missing(_folder, target.Body) is not { } missing || _targets.Any(other => RepositoryPath.Combine(_folder, other.Name) == missing))
        {
            return true;
        }

        Abstentions.Passed(_context, _folder, target, Abstentions.Missing(missing));
        return false;
    }

    /// <summary>Recognises a call of a task, or of a script in the repository.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        if (command.Words is [("make" or "just" or "task") and var runner, .. var arguments])
        {
            var named = arguments.Where(argument => !argument.StartsWith('-') && !argument.Contains('=')).ToList();
            var target = named.Count == 1 ? _targets.FirstOrDefault(target => target.Runner == runner && target.Name == named[0]) : null;
            return target is null || KindOf(target.Name, target.Body) is not { } kind
                ? null
                : new(kind, Family(kind, target.Run), [target.Evidence]) { Needs = CalledPrograms.Of(target, _ecosystem, _brings).Needs };
        }

        return Script(command);
    }

    private ResolvedCommand? Script(ShellCommand command)
    {
        var words = command.Words is ["bash" or "sh", ..] ? command.Words[1..] : command.Words;
        if (words.Length == 0 || !words[0].Contains('/') || RepositoryPath.Combine(_folder, words[0]) is not { } path
            || _context.Snapshot.Find(path) is not { Extension: "" or ".sh" or ".bash" } file || !file.Text.StartsWith("#!", StringComparison.Ordinal))
        {
            return null;
        }

        var name = Path.GetFileNameWithoutExtension(file.Name);
        var kind = name is "install" or "bootstrap" or "setup" && words.Length == 1 ? CommandKind.Install : KindOf(name, file.Text);
        var target = new TaskTarget("script", name, "", file.Text, Cite.File(file));
        return kind is null || !IsOurs(target) ? null
            : new(kind.Value, Family(kind.Value, path), [Cite.At(file, 1)]) { Needs = CalledPrograms.Of(target, _ecosystem, _brings).Needs };
    }

    /// <summary>A task that installs does what the package manager would do.</summary>
    private static string Family(CommandKind kind, string run) => kind == CommandKind.Install ? "install" : run;

    /// <summary>A task named "check" is what its commands are.</summary>
    private static CommandKind? KindOf(string name, string body)
    {
        if (name is not ("check" or "checks" or "validate" or "verify"))
        {
            return TaskNames.ClassifyInCi(name);
        }

        return TestTools.Any(tool => body.Contains(tool, StringComparison.Ordinal)) ? CommandKind.Test
            : LintTools.Any(tool => body.Contains(tool, StringComparison.Ordinal)) ? CommandKind.Lint
            : null;
    }

    /// <summary>A linter that rewrites the files it complains about passes where it should fail.</summary>
    private static bool Repairs(CommandKind kind, string body) =>
        kind is CommandKind.Lint or CommandKind.Format && (body.Contains("--fix", StringComparison.Ordinal) || body.Contains("--write", StringComparison.Ordinal));

    /// <summary>Where several ecosystems share a folder, a task belongs to those whose tools it runs.</summary>
    private bool IsOurs(TaskTarget target)
    {
        var words = target.Body.Split([' ', '\t', '\n', '@', ';', '&', '|', '(', ')', '}'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var mentioned = Tools.Where(tool => tool.Tools.Any(words.Contains)).Select(tool => tool.Ecosystem).ToList();
        return mentioned.Count > 0 ? mentioned.Contains(Family(_ecosystem)) : !SharesFolder();
    }

    /// <summary>C and C++ have the same tools and manifests.</summary>
    private static string Family(string ecosystem) => ecosystem == Ecosystems.C ? Ecosystems.Cpp : ecosystem;

    private bool SharesFolder() =>
        Tools.Any(tool => tool.Ecosystem != Family(_ecosystem)
            && tool.Manifests.Any(manifest => _context.Snapshot.Find(RepositoryPath.File(_folder, manifest)) is not null));
}
