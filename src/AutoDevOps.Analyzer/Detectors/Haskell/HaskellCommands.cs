using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Haskell;

/// <summary>The commands of a Haskell project, with cabal or with Stack, and the linters that are configured.</summary>
internal sealed class HaskellCommands
{
    private static readonly (string Configuration, string Program, CommandKind Kind, string Run)[] Tools =
    [
        (".hlint.yaml", "hlint", CommandKind.Lint, "hlint ."), ("fourmolu.yaml", "fourmolu", CommandKind.Format, "fourmolu --mode check ."),
    ];

    private readonly DetectionContext _context;
    private readonly HaskellProject _project;
    private readonly string? _lock;

    public HaskellCommands(DetectionContext context, HaskellProject project, string? lockFile)
    {
        _context = context;
        _project = project;
        _lock = lockFile;
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        if (_project is { Hpack: not null, Stack: null, Packages.Count: 0 })
        {
            _context.Abstain(RepositoryPath.ToModel(_project.Folder), "build", $"{_project.Hpack.Path} is read by hpack, and nothing says which version of it, or of Stack, makes the package from it");
            yield break;
        }

        IReadOnlyList<Evidence> place = _lock is null ? [_project.Place] : [_project.Place, new(_lock, 0)];
        if (_project.UsesStack)
        {
            yield return Candidate(CommandKind.Install, "install", "stack build --test --only-dependencies", 0.9, place);
            yield return Candidate(CommandKind.Build, "build", "stack build", 0.9, [_project.Place]) with { Source = CommandSource.Convention };
        }
        else
        {
            yield return Candidate(CommandKind.Install, "install", "cabal update && cabal build all --enable-tests --only-dependencies", 0.9, place);
            yield return Candidate(CommandKind.Build, "build", "cabal build all", 0.9, [_project.Place]) with { Source = CommandSource.Convention };
        }

        if (_project.TestSuite is { } tests)
        {
            yield return Candidate(CommandKind.Test, "test", _project.UsesStack ? "stack test" : "cabal test all", 0.93, [tests, _project.Place]);
        }

        foreach (var (configuration, program, kind, run) in Tools)
        {
            if (_context.Snapshot.Find(RepositoryPath.File(_project.Folder, configuration)) is { } file)
            {
                yield return Candidate(kind, program, run, 0.75, [Cite.File(file)]) with { Needs = [program] };
            }
        }
    }

    public ResolvedCommand? Resolve(ShellCommand command)
    {
        if (command.Words is ["hlint", ..])
        {
            return _context.Snapshot.Find(RepositoryPath.File(_project.Folder, ".hlint.yaml")) is { } file ? new(CommandKind.Lint, "hlint", [Cite.File(file)]) { Needs = ["hlint"] } : null;
        }

        // A pipeline has one compiler: what is not the project's own tool would set up another.
        return command.Words is [var tool, var task, .. var options] && tool == (_project.UsesStack ? "stack" : "cabal") && !options.Contains("--help")
            ? task switch
            {
                "build" or "v2-build" when !options.Contains("--only-dependencies") && !options.Contains("--dependencies-only") && !options.Contains("--dry-run") && !options.Contains("--only-snapshot") && !options.Contains("--test") => new(CommandKind.Build, "build", [_project.Place]),
                "test" or "v2-test" when _project.TestSuite is { } tests => new(CommandKind.Test, "test", [tests, _project.Place]),
                "build" when options.Contains("--test") && !options.Contains("--only-dependencies") && _project.TestSuite is { } tests => new(CommandKind.Test, "test", [tests, _project.Place]),
                "check" => new(CommandKind.Lint, "cabal-check", [_project.Place]),
                _ => null,
            }
            : null;
    }

    private CommandCandidate Candidate(CommandKind kind, string family, string run, double confidence, IReadOnlyList<Evidence> evidence) =>
        new(kind, family, run, _project.Folder, CommandSource.ToolConfiguration, confidence, evidence);
}
