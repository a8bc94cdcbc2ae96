namespace AutoDevOps.Analyzer.Detectors.TaskRunners;

/// <summary>What the name of a task says about it. Names that mean different things in different repositories (<c>check</c>,
/// <c>ci</c>, <c>format</c>, <c>install</c>) are left out on purpose.</summary>
internal static class TaskNames
{
    // In each list the plainest name first: of two tasks of a kind the earlier one is taken.
    private static readonly (CommandKind Kind, string[] Names)[] Known =
    [
        (CommandKind.Install, ["bootstrap"]),
        (CommandKind.Build, ["build", "build:all", "compile"]),
        (CommandKind.Test, ["test", "tests", "test:all", "test:ci", "ci:test", "test:run", "test:unit", "unit:test", "unit:tests", "test:units", "unit", "run:tests", "pytest"]),
        (CommandKind.Lint, ["lint", "lint:check", "lint:ci", "check:lint", "lint:all", "linter", "linters", "eslint", "lint:js", "lint:ts", "golangci:lint", "flake8", "ruff"]),
        (CommandKind.Format, ["format:check", "check:format", "fmt:check", "check:fmt", "format:ci", "formatcheck", "prettier:check", "check:prettier", "lint:format", "lint:prettier", "check:formatting", "test:format", "format:test"]),
        (CommandKind.Typecheck, ["typecheck", "type:check", "types:check", "check:types", "check:type", "typechecks", "test:typecheck", "test:types", "tsc", "ts:check", "check:ts", "lint:types", "lint:ts:types", "lint:tsc", "mypy", "pyright", "typing", "types"]),
        (CommandKind.Coverage, ["coverage", "test:coverage", "coverage:test", "test:cov", "cov", "cover", "test:cover", "coverage:ci"]),
        (CommandKind.Package, ["package", "pack", "dist"]),
    ];

    private static readonly Dictionary<string, (CommandKind Kind, int Rank)> ByName = Known
        .SelectMany(kind => kind.Names.Select((name, rank) => (name, kind.Kind, rank)))
        .ToDictionary(entry => entry.name, entry => (entry.Kind, entry.rank), StringComparer.Ordinal);

    /// <summary>The kind of a task and how plainly its name says so (0 is plainest), or null.</summary>
    public static (CommandKind Kind, int Rank)? Classify(string name) =>
        ByName.TryGetValue(name.ToLowerInvariant().Replace('-', ':').Replace('_', ':').Replace('.', ':'), out var found) ? found : null;

    // "locales-coverage" is about something else.
    private static readonly string[] CoverageWords = ["coverage", "cov", "test", "tests", "unit", "ci", "run", "all", "report", "check", "js", "ts", "node", "browser", "integration"];

    /// <summary>The kind of a task that existing CI runs: there <c>test-unit-node</c> is plainly a test too.</summary>
    public static CommandKind? ClassifyInCi(string name)
    {
        if (Classify(name) is { } exact)
        {
            return exact.Kind;
        }

        var words = name.ToLowerInvariant().Split('-', '_', ':', '.');
        return words switch
        {
            _ when words.Any(word => word is "docs" or "doc" or "website" or "example" or "examples") => null,
            _ when words.Any(word => word is "watch" or "fix" or "write" or "update" or "serve" or "dev" or "start") && !words.Contains("test") => null,
            _ when words.Any(word => word is "coverage" or "cov") => words.All(CoverageWords.Contains) ? CommandKind.Coverage : null,
            _ when words.Any(word => word is "typecheck" or "typechecking" or "types" or "tsc" or "mypy" or "pyright") => CommandKind.Typecheck,
            _ when words.Any(word => word is "lint" or "eslint") => CommandKind.Lint,
            _ when words.Any(word => word is "prettier") => CommandKind.Format,
            _ when words.Any(word => word is "test" or "tests") => CommandKind.Test,
            _ when words[0] == "build" => CommandKind.Build,
            _ => null,
        };
    }
}
