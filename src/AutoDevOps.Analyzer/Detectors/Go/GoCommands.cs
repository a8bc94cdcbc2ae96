using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Go;

/// <summary>The commands of a Go module: the toolchain's own where there is something for them to do, the linter's where it is configured.</summary>
internal sealed class GoCommands
{
    private static readonly string[] LintConfigurations = [".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json"];

    private readonly GoModule _module;
    private readonly Evidence _manifest;
    private readonly Evidence? _test;
    private readonly Evidence? _source;
    private readonly Evidence? _lint;
    private readonly IReadOnlyList<string> _linter;

    /// <param name="sources">The Go files of the module, those of nested modules left out.</param>
    public GoCommands(DetectionContext context, GoModule module, IReadOnlyList<SnapshotFile> sources)
    {
        _module = module;
        _manifest = Cite.At(module.File, module.Module?.Line ?? 1);
        _test = sources.Where(file => file.Name.EndsWith("_test.go", StringComparison.Ordinal)).Select(Cite.File).FirstOrDefault();
        _source = sources.Where(file => !file.Name.EndsWith("_test.go", StringComparison.Ordinal)).Select(Cite.File).FirstOrDefault();
        var lint = RepositoryPath.Upwards(module.Folder)
            .SelectMany(folder => LintConfigurations.Select(name => context.Snapshot.Find(RepositoryPath.File(folder, name))))
            .OfType<SnapshotFile>().FirstOrDefault();
        _lint = lint is null ? null : Cite.File(lint);
        _linter = [lint is null || IsVersion2(lint) ? "golangci-lint" : "golangci-lint 1"];
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        yield return Candidate(CommandKind.Install, "install", "go mod download", CommandSource.ToolConfiguration, 0.9, _manifest);
        if (_source is not null)
        {
            yield return Candidate(CommandKind.Build, "build", "go build ./...", CommandSource.Convention, 0.9, _manifest, _source);
            yield return Candidate(CommandKind.Lint, "vet", "go vet ./...", CommandSource.Convention, 0.8, _manifest, _source);
        }

        if (_test is not null)
        {
            yield return Candidate(CommandKind.Test, "test", "go test ./...", CommandSource.Convention, 0.93, _test, _manifest);
        }

        if (_module.Tool("golangci-lint") is { } tool)
        {
            yield return Candidate(CommandKind.Lint, "golangci-lint", "go tool golangci-lint run", CommandSource.ToolConfiguration, 0.9, tool);
        }
        else if (_lint is not null)
        {
            yield return Candidate(CommandKind.Lint, "golangci-lint", "golangci-lint run", CommandSource.ToolConfiguration, 0.85, _lint) with { Needs = _linter };
        }
    }

    /// <summary>Recognises the toolchain's commands over the whole module, and the configured linter.</summary>
    public ResolvedCommand? Resolve(ShellCommand command) => command.Words switch
    {
        ["go", "test", ..] when _test is not null && command.Words.Contains("./...") && !command.Words.Any(IsBenchmark) =>
            new(CommandKind.Test, "test", [_test, _manifest]),
        ["go", "vet", .., "./..."] when _source is not null => new(CommandKind.Lint, "vet", [_manifest, _source]),
        ["go", "build", ..] when _source is not null && command.Words.Contains("./...") => new(CommandKind.Build, "build", [_manifest, _source]),
        ["go", "mod", "download"] => new(CommandKind.Install, "install", [_manifest]),
        ["golangci-lint", "run", ..] when _lint is not null => new(CommandKind.Lint, "golangci-lint", [_lint]) { Needs = _linter },
        ["go", "tool", var tool, ..] when _module.Tool(tool) is { } place && tool.Contains("lint", StringComparison.Ordinal) => new(CommandKind.Lint, tool, [place]),
        _ => null,
    };

    /// <summary>golangci-lint 2 refuses a configuration that does not say <c>version: "2"</c>.</summary>
    private static bool IsVersion2(SnapshotFile file) => file.Extension switch
    {
        ".toml" => file.Toml(),
        ".json" => file.Json(),
        _ => file.Yaml(),
    } is { Root: { } root } && root["version"]?.Text is "2" or "2.0";

    private CommandCandidate Candidate(CommandKind kind, string family, string run, CommandSource source, double confidence, params Evidence[] evidence) =>
        new(kind, family, run, _module.Folder, source, confidence, evidence);

    private static bool IsBenchmark(string word) => word.TrimStart('-').StartsWith("bench", StringComparison.Ordinal) || word.TrimStart('-').StartsWith("fuzz", StringComparison.Ordinal);
}
