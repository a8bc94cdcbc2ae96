using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors.Elixir;

/// <summary>The commands of a Mix project: Mix's own where there is something for them to do, aliases, and the tools it depends on.</summary>
internal sealed class MixCommands
{
    private static readonly (string Task, string Package, CommandKind Kind)[] Tools =
    [
        ("credo", "credo", CommandKind.Lint), ("sobelow", "sobelow", CommandKind.Lint), ("dialyzer", "dialyxir", CommandKind.Typecheck), ("coveralls", "excoveralls", CommandKind.Coverage),
    ];

    private readonly DetectionContext _context;
    private readonly MixProject _project;
    private readonly string? _lock;
    private readonly Evidence? _test;
    private readonly Evidence? _source;
    private readonly Evidence? _formatter;

    /// <param name="nested">The folders of other projects below this one that it does not build: those of an umbrella are its own.</param>
    public MixCommands(DetectionContext context, MixProject project, string? lockFile, IReadOnlyList<string> nested)
    {
        _context = context;
        _project = project;
        _lock = lockFile;
        var files = context.Snapshot.Under(project.Folder).Where(file => !RepositoryPath.IsSample(file.Directory) && !nested.Any(folder => RepositoryPath.IsWithin(file.Directory, folder))).ToList();
        _test = files.Find(file => file.Name.EndsWith("_test.exs", StringComparison.Ordinal) && !file.Path.Contains("integration_test/", StringComparison.Ordinal)) is { } test ? Cite.File(test) : null;
        _source = files.Find(file => file.Extension == ".ex") is { } source ? Cite.File(source) : null;
        _formatter = Find(".formatter.exs") is { } formatter ? Cite.File(formatter) : null;
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        yield return Candidate(CommandKind.Install, "install", "mix deps.get", 0.95, _lock is null ? [_project.Place] : [_project.Place, new(_lock, 0)]);
        foreach (var (alias, place) in _project.Aliases)
        {
            // An alias of a task of Mix itself changes what that task does, and is called by the same name.
            if (alias is not ("test" or "compile" or "format") && TaskNames.Classify(alias) is { } kind && kind.Kind is not CommandKind.Install && SafeName.IsSafe(alias))
            {
                yield return Candidate(kind.Kind, "alias " + alias, $"mix {alias}", 0.85, [place]) with { Source = CommandSource.TaskRunner };
            }
        }

        if (_source is not null)
        {
            yield return Candidate(CommandKind.Build, "build", "mix compile", 0.85, [_project.Place, _source]) with { Source = CommandSource.Convention };
        }

        if (_test is not null)
        {
            yield return Candidate(CommandKind.Test, "test", "mix test", 0.93, [_test, _project.Place]);
        }

        if (_formatter is not null)
        {
            yield return Candidate(CommandKind.Format, "format", "mix format --check-formatted", 0.88, [_formatter]);
        }

        foreach (var (task, package, kind) in Tools)
        {
            // Without an environment a task runs in the one for development, unless mix.exs prefers another; the tool must be there.
            if (package is not "sobelow" && _project.Dependency(package) is { } dependency && (kind != CommandKind.Coverage || _test is not null))
            {
                var prefix = kind == CommandKind.Coverage || !dependency.IsFor("dev") ? "MIX_ENV=test " : "";
                var configured = package == "credo" ? Find(".credo.exs") : null;
                yield return Candidate(kind, task, $"{prefix}mix {task}", configured is null ? 0.8 : 0.9, [.. configured is null ? Array.Empty<Evidence>() : [Cite.File(configured)], dependency.Place]);
            }
        }
    }

    /// <summary>Recognises a task of Mix, of a dependency, or an alias.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        if (command.Words is not ["mix", var task, .. var options])
        {
            return null;
        }

        if (_project.Aliases.TryGetValue(task, out var alias))
        {
            var kind = task == "test" ? CommandKind.Test : TaskNames.ClassifyInCi(task);
            return kind is null ? null : new(kind.Value, kind == CommandKind.Test ? "test" : "alias " + task, [alias]);
        }

        return task switch
        {
            // What is fetched for one environment only is not enough for commands that run in another.
            "deps.get" => new(CommandKind.Install, "install", [_project.Place], options.Contains("--only") ? "mix deps.get" : null),
            "test" when _test is not null => new(CommandKind.Test, "test", [_test, _project.Place]),
            "format" when options.Contains("--check-formatted") => new(CommandKind.Format, "format", [_formatter ?? _project.Place]),
            "compile" when _source is not null => new(CommandKind.Build, "build", [_project.Place, _source]),
            "deps.unlock" when options.Contains("--check-unused") && _lock is not null => new(CommandKind.Lint, "unused", [new(_lock, 0)]),
            _ => Array.Find(Tools, tool => tool.Task == task.Split('.')[0]) is { Task: not null } known && _project.Dependency(known.Package) is { } dependency && !task.EndsWith(".install", StringComparison.Ordinal)
                ? new(known.Kind, known.Task, [dependency.Place])
                : null,
        };
    }

    private CommandCandidate Candidate(CommandKind kind, string family, string run, double confidence, IReadOnlyList<Evidence> evidence) =>
        new(kind, family, run, _project.Folder, CommandSource.ToolConfiguration, confidence, evidence);

    private SnapshotFile? Find(string name) => _context.Snapshot.Find(RepositoryPath.File(_project.Folder, name));
}
