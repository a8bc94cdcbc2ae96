using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Commands;

/// <summary>Which programs the body of a task calls that a hosted machine does not have.</summary>
/// <remarks>A task is taken on only if a pipeline can give it everything it calls; "make lint" is of no use where the linter is not installed.
/// What is neither listed here nor a path is taken to be on the machine.</remarks>
internal static class CalledPrograms
{
    /// <summary>Programs that a set-up step of a pipeline can bring.</summary>
    internal static readonly HashSet<string> SetUp = new(StringComparer.Ordinal) { "bats", "golangci-lint", "just", "meson", "mise", "shfmt", "task" };

    /// <summary>Programs that a project must install by itself (the image of GitHub's Ubuntu 24.04 has none of them).</summary>
    private static readonly HashSet<string> Installed = new(StringComparer.Ordinal)
    {
        "bandit", "basedpyright", "bats", "black", "buf", "bun", "bunx", "codespell", "coverage", "dart", "deno", "djlint", "errcheck", "flake8", "flutter",
        "fourmolu", "ginkgo", "gocov", "gofumpt", "goimports", "golint", "gosec", "gotestsum", "govulncheck", "goreleaser", "hadolint", "hatch", "hlint", "isort", "mix", "mockgen",
        "melos", "mypy", "nix", "nox", "pdm", "pip-compile", "pipenv", "pnpm", "poetry", "pre-commit", "protoc", "py.test", "pylint", "pyright", "pytest", "rake",
        "revive", "richgo", "rspec", "rubocop", "ruff", "shfmt", "sphinx-build", "staticcheck", "stylish-haskell", "swiftformat", "swiftlint", "terraform", "tflint", "tox", "twine", "uv", "uvx", "zig",
    };

    /// <summary>Managers whose programs are there and whose dependencies are not, unless the component is of their ecosystem.</summary>
    private static readonly Dictionary<string, string> Managers = new(StringComparer.Ordinal)
    {
        ["npm"] = Ecosystems.Node,
        ["npx"] = Ecosystems.Node,
        ["yarn"] = Ecosystems.Node,
        ["pnpm"] = Ecosystems.Node,
        ["bun"] = Ecosystems.Node,
        ["bunx"] = Ecosystems.Node,
        ["bundle"] = Ecosystems.Ruby,
        ["composer"] = Ecosystems.Php,
        ["mix"] = Ecosystems.Elixir,
    };

    private static readonly HashSet<string> Wrappers = new(StringComparer.Ordinal)
    {
        "command", "do", "else", "env", "exec", "if", "nice", "sudo", "then", "time", "while", "!", "{",
    };

    /// <summary>What a task calls that no package manager of its component brings.</summary>
    /// <param name="ecosystem">Of the component the task belongs to.</param>
    /// <param name="brings">Whether the component's own installation puts a program on the path.</param>
    public static (IReadOnlyList<string> Needs, bool AreBrought) Of(TaskRunners.TaskTarget target, string ecosystem, Predicate<string> brings)
    {
        var needs = new SortedSet<string>(StringComparer.Ordinal);
        if (SetUp.Contains(target.Runner))
        {
            needs.Add(target.Runner);
        }

        foreach (var program in Called(target.Body).Distinct(StringComparer.Ordinal))
        {
            var isForeign = Managers.TryGetValue(program, out var owner) ? owner != ecosystem : Installed.Contains(program) || SetUp.Contains(program);
            if (isForeign && !brings(program) && !InstallsItself(target.Body, program))
            {
                needs.Add(program);
            }
        }

        return ([.. needs], needs.All(SetUp.Contains));
    }

    /// <summary>The first word of each command; of a makefile's line without its <c>@</c>, <c>-</c> and <c>+</c>.</summary>
    private static IEnumerable<string> Called(string body)
    {
        // A line that goes on is one command: its second half calls nothing.
        foreach (var line in body.Replace("\\\r\n", " ", StringComparison.Ordinal).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            foreach (var command in ShellLine.Parse(line.TrimStart('@', '-', '+', ' ', '\t')))
            {
                if (command.Words.SkipWhile(Wrappers.Contains).FirstOrDefault() is { } word)
                {
                    yield return word.TrimStart('@', '(');
                }
            }
        }
    }

    /// <summary>Whether the body installs the program before it calls it, or works in an environment of its own.</summary>
    private static bool InstallsItself(string body, string program) =>
        body.Contains("bin/activate", StringComparison.Ordinal)
        || body.Split('\n').Any(line =>
            line.Contains("install", StringComparison.Ordinal) && line.Contains(program, StringComparison.Ordinal)
            && line.IndexOf("install", StringComparison.Ordinal) < line.LastIndexOf(program, StringComparison.Ordinal))
        || (program is "npm" or "npx" or "yarn" or "pnpm" or "bun" && body.Split('\n').Any(line => line.Contains(" install", StringComparison.Ordinal) || line.Contains("npm ci", StringComparison.Ordinal)))
        || (program is "bundle" && body.Contains("bundle install", StringComparison.Ordinal));
}
