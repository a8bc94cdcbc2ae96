using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>The tools of a Python project: offered where they are declared, called through the project's runner.</summary>
internal sealed class PythonTools
{
    private static readonly (string Tool, CommandKind Kind, string Run)[] Checkers =
    [
        ("ruff", CommandKind.Lint, "ruff check ."), ("flake8", CommandKind.Lint, "flake8"), ("pylint", CommandKind.Lint, ""),
        ("black", CommandKind.Format, "black --check ."), ("isort", CommandKind.Format, "isort --check-only ."),
        ("mypy", CommandKind.Typecheck, "mypy"), ("pyright", CommandKind.Typecheck, "pyright"), ("basedpyright", CommandKind.Typecheck, "basedpyright"),
    ];

    private readonly DetectionContext _context;
    private readonly PythonProject _project;
    private readonly string _prefix;
    private readonly PythonProject? _workspace;
    private readonly PythonTests _tests;
    private readonly string _manager;
    private readonly List<PythonRequirement> _used = [];
    private readonly List<(CommandKind Kind, string Why)> _notInstalled = [];
    private readonly HashSet<(CommandKind Kind, string Tool)> _undeclared = [];

    /// <param name="workspace">The root of the uv workspace that the project is a member of: what it declares is installed for all.</param>
    public PythonTools(DetectionContext context, PythonProject project, PythonProject? workspace, string manager, PythonTests tests)
    {
        _context = context;
        _project = project;
        _workspace = workspace;
        _tests = tests;
        _manager = manager;
        _prefix = manager is "uv" or "poetry" or "pdm" or "pipenv" or "hatch" ? manager + " run " : "";
    }

    /// <summary>The declared tools behind the commands that were offered.</summary>
    public IReadOnlyList<PythonRequirement> Used => _used;

    /// <summary>What CI calls although no dependency list brings it, each with the kind of its commands.</summary>
    public IEnumerable<(CommandKind Kind, string Tool)> Undeclared => _undeclared.Order();

    public string Prefix => _prefix;

    public IEnumerable<CommandCandidate> Candidates() => [.. _tests.Candidates(_prefix, Use, why => _notInstalled.Add((CommandKind.Test, why))), .. Checkers.SelectMany(checker => Check(checker.Tool, checker.Kind, checker.Run))];

    /// <summary>Recognises a tool in what CI runs, with or without a runner in front.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var words = WithoutRunner(command.Words);
        if (words.Length == 0)
        {
            return null;
        }

        if (words[0].EndsWith("manage.py", StringComparison.Ordinal) && words is [_, "test", ..] && _tests.DjangoPlace(words[0]) is { } manage)
        {
            return new(CommandKind.Test, "django", [manage]);
        }

        if (words[0] == "unittest" && _tests.UnitTestPlace is { } unit)
        {
            return new(CommandKind.Test, "unittest", [unit]);
        }

        var tool = words[0] == "py.test" ? "pytest" : words is ["coverage", "run", "-m", "pytest", ..] ? "pytest" : words[0];
        if (tool == "pytest" && words.Contains("--collect-only"))
        {
            return null;
        }

        var place = tool == "pytest" ? _tests.PytestPlace : ToolPlace(tool);
        CommandKind? kind = words switch
        {
            ["pytest" or "py.test", ..] or ["coverage", "run", "-m", "pytest", ..] => CommandKind.Test,
            ["ruff", "check", ..] or ["flake8", ..] or ["pylint", ..] when !words.Contains("--fix") => CommandKind.Lint,
            ["ruff", "format", ..] or ["black", ..] or ["isort", ..] when words.Any(word => word is "--check" or "--check-only" or "--diff" or "-c") => CommandKind.Format,
            ["mypy", ..] or ["pyright", ..] or ["basedpyright", ..] => CommandKind.Typecheck,
            ["pre-commit", "run", ..] => CommandKind.Lint,
            _ => null,
        };
        if (kind is null || place is null)
        {
            return null;
        }

        var declared = tool == "pytest" ? _tests.Pytest : _project.Requires(tool);
        if (declared is null or { Source: RequirementSource.Tox } && _prefix.Length == 0)
        {
            _undeclared.Add((kind.Value, tool));
        }

        Use(declared);
        return new(kind.Value, tool, [place]);
    }

    private IEnumerable<CommandCandidate> Check(string tool, CommandKind kind, string run)
    {
        var configured = ConfigurationPlace(tool);
        if ((_project.Requires(tool) ?? (configured is null ? null : _workspace?.Requires(tool))) is not { } declared)
        {
            if (configured is not null && tool is not "isort")
            {
                _notInstalled.Add((kind, $"{tool} is configured at {configured}, but no dependency list installs it"));
            }

            yield break;
        }

        if (tool == "mypy" && !MypyKnowsItsFiles())
        {
            run = Package() is { } package ? $"mypy {package}" : "mypy .";
        }

        if (run.Length > 0)
        {
            Use(declared);
            yield return Candidate(kind, tool, run, configured is null ? 0.75 : 0.9, configured is null ? [declared.Place] : [configured, declared.Place]);
        }

        if (tool == "ruff" && (_project.Tool("ruff")?.Key("format") is { } format ? _project.PyprojectAt(format) : null) is { } place)
        {
            yield return Candidate(CommandKind.Format, "ruff-format", "ruff format --check .", 0.85, place, declared.Place);
        }
    }

    private CommandCandidate Candidate(CommandKind kind, string family, string run, double confidence, params Evidence[] evidence) =>
        new(kind, family, _prefix + run, _project.Folder, CommandSource.ToolConfiguration, confidence, evidence);

    /// <summary>Whether a program can be called by its name alone once the project is installed: an environment of a manager is not on the
    /// path.</summary>
    public bool AreOnThePath(string program)
    {
        var package = program switch
        {
            "py.test" => "pytest",
            "sphinx-build" => "sphinx",
            _ => program,
        };
        if (_manager != "pip")
        {
            return program == _manager || (program == "uvx" && _manager == "uv");
        }

        var declared = _project.Requires(package);
        Use(declared);
        return declared is { Source: not RequirementSource.Tox };
    }

    /// <summary>Says of which kinds of command nothing is offered, because no dependency list installs the tool that is configured.</summary>
    public void AbstainFromWhatIsNotInstalled(IReadOnlyList<Command> offered)
    {
        foreach (var (kind, why) in _notInstalled.Where(entry => offered.All(command => command.Kind != entry.Kind)))
        {
            _context.Abstain(RepositoryPath.ToModel(_project.Folder), Abstentions.Word(kind), why);
        }
    }

    /// <summary>Makes the installation bring a tool.</summary>
    public void Use(PythonRequirement? tool)
    {
        if (tool is { Source: not RequirementSource.Tox } && !_used.Contains(tool))
        {
            _used.Add(tool);
        }
    }

    /// <summary>The words after <c>uv run</c>, <c>poetry run</c>, <c>python -m</c> and the like.</summary>
    public static string[] WithoutRunner(string[] words)
    {
        if (words is ["uv" or "poetry" or "pdm" or "pipenv" or "hatch", "run", .. var rest])
        {
            var at = 0;
            while (at < rest.Length && rest[at].StartsWith('-') && rest[at] != "-m")
            {
                at += rest[at] is "--group" or "--only-group" or "--extra" or "--with" or "--with-editable" or "--package" or "--project" or "--directory" or "--python" or "-p" or "-e" or "--env" ? 2 : 1;
            }

            words = [.. rest.Skip(at)];
            if (words is ["-m", .. var called])
            {
                return called;
            }
        }

        return words is ["python" or "python3" or "py", "-m", .. var module] ? module
            : words is ["python" or "python3" or "py", var script, ..] && script.EndsWith(".py", StringComparison.Ordinal) ? words[1..] : words;
    }

    private Evidence? ToolPlace(string tool) => ConfigurationPlace(tool) ?? _project.Requires(tool)?.Place;

    private Evidence? ConfigurationPlace(string tool)
    {
        var file = tool switch
        {
            "ruff" => _project.Find("ruff.toml") ?? _project.Find(".ruff.toml"),
            "flake8" => _project.Find(".flake8"),
            "mypy" => _project.Find("mypy.ini") ?? _project.Find(".mypy.ini"),
            "pyright" => _project.Find("pyrightconfig.json"),
            "pylint" => _project.Find(".pylintrc") ?? _project.Find("pylintrc"),
            "isort" => _project.Find(".isort.cfg"),
            "pre-commit" => _project.Find(".pre-commit-config.yaml"),
            _ => null,
        };
        return file is not null ? Cite.File(file) : _project.ToolPlace(tool) ?? _project.SetupCfg?.Section(tool) ?? _project.ToxIni?.Section(tool);
    }

    private bool MypyKnowsItsFiles() =>
        (_project.Tool("mypy", "files") ?? _project.Tool("mypy", "packages") ?? _project.Tool("mypy", "modules")) is not null
        || _project.SetupCfg?.Value("mypy", "files") is not null
        || _project.Find("mypy.ini") is { } ini && IniFile.Read(ini).Value("mypy", "files") is not null;

    private string? Package()
    {
        var name = _project.Name.Replace('-', '_');
        return !SafeName.IsSafe(name) ? null : new[] { $"src/{name}", name }.FirstOrDefault(folder => _project.Find($"{folder}/__init__.py") is not null);
    }
}
