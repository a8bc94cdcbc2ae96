using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Rust;

/// <summary>The commands of a Cargo project: Cargo's own where there is something for them to do, those of its tools as far as they are configured.</summary>
internal sealed class RustCommands
{
    /// <summary>Configured or not, the tools come with the toolchain; that the code is in their form is not known.</summary>
    private const double Unconfigured = 0.55;

    // Of rustfmt's options those that only nightly knows (rustfmt's Configurations.md); stable ignores them and formats otherwise.
    private static readonly string[] UnstableFormat =
        ["unstable_features", "imports_granularity", "group_imports", "wrap_comments", "format_code_in_doc_comments", "format_strings", "normalize_comments", "imports_layout", "comment_width", "error_on_line_overflow"];

    private readonly DetectionContext _context;
    private readonly CargoProject _project;
    private readonly bool _isLocked;
    private readonly bool _isNightly;
    private readonly Evidence _manifest;
    private readonly Evidence? _test;
    private readonly Evidence _source;
    private readonly Evidence? _documentation;
    private readonly Evidence? _nextest;
    private readonly Evidence? _clippy;
    private readonly SnapshotFile? _format;

    public RustCommands(DetectionContext context, CargoProject project, bool isLocked, bool isNightly)
    {
        _context = context;
        _project = project;
        _isLocked = isLocked;
        _isNightly = isNightly;
        _manifest = project.Root.Place;
        _source = Cite.File(project.Sources[0]);
        _test = RustTests.Find(project);
        _documentation = RustTests.FindDocumentation(project);
        _nextest = context.Snapshot.Find(RepositoryPath.File(project.Folder, ".config/nextest.toml")) is { } nextest ? Cite.File(nextest) : null;
        _format = Configuration("rustfmt.toml", ".rustfmt.toml");
        _clippy = project.Root.Table("lints", "clippy") ?? project.Root.Table("workspace", "lints", "clippy")
            ?? (Configuration("clippy.toml", ".clippy.toml") is { } clippy ? Cite.File(clippy) : null);
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        var locked = _isLocked ? " --locked" : "";
        var workspace = _project.NeedsWorkspaceFlag ? " --workspace" : "";
        Evidence[] scope = _project.Root.Workspace is { } node ? [_manifest, Cite.At(_project.Root.File, node.Line)] : [_manifest];
        yield return Candidate(CommandKind.Install, "install", $"cargo fetch{locked}", CommandSource.ToolConfiguration, 0.9, scope);
        yield return Candidate(CommandKind.Build, "build", $"cargo build{workspace}{locked}", CommandSource.Convention, 0.92, [.. scope, _source]);
        foreach (var test in Tests(workspace, locked, scope))
        {
            yield return test;
        }

        yield return _clippy is null
            ? Candidate(CommandKind.Lint, "clippy", $"cargo clippy{workspace} --all-targets{locked}", CommandSource.Convention, Unconfigured, [.. scope, _source])
            : Candidate(CommandKind.Lint, "clippy", $"cargo clippy{workspace} --all-targets{locked}", CommandSource.ToolConfiguration, 0.85, [_clippy, .. scope]);
        foreach (var format in Formats())
        {
            yield return format;
        }
    }

    /// <summary>Recognises Cargo's commands over the whole project, not those for a part of it, for another platform or for another toolchain.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        if (command.Words is not ["cargo", var verb, .. var arguments] || IsPartial(verb, arguments) || NeedsNightly(arguments) || (!_isLocked && arguments.Any(argument => argument is "--locked" or "--frozen")))
        {
            return null;
        }

        return (verb, arguments) switch
        {
            ("test" or "t", ["--doc", ..]) => _documentation is null || _nextest is null ? null : new(CommandKind.Test, "doctest", [_documentation, _manifest]),
            ("test" or "t", _) => _test is null ? null : new(CommandKind.Test, "test", [_test, _manifest]),
            ("nextest", ["run", ..]) => _test is null ? null : new(CommandKind.Test, "test", [_test, .. _nextest is null ? [] : new[] { _nextest }, _manifest]) { Needs = ["cargo-nextest"] },
            ("clippy", _) => arguments.Contains("--fix") ? null : new(CommandKind.Lint, "clippy", [_manifest, _source]),
            ("fmt", _) => arguments.Contains("--check") ? new(CommandKind.Format, "fmt", [_manifest, _source]) : null,
            ("build" or "b", _) => new(CommandKind.Build, "build", [_manifest, _source]),
            ("check" or "c", _) => new(CommandKind.Typecheck, "check", [_manifest, _source]),
            ("fetch", _) => new(CommandKind.Install, "install", [_manifest]),
            ("package", _) => new(CommandKind.Package, "package", [_manifest]),
            ("llvm-cov", _) => _test is null ? null : new(CommandKind.Coverage, "coverage", [_test, _manifest]) { Needs = ["cargo-llvm-cov"] },
            ("tarpaulin", _) => _test is null ? null : new(CommandKind.Coverage, "coverage", [_test, _manifest]) { Needs = ["cargo-tarpaulin"] },
            _ => null,
        };
    }

    private IEnumerable<CommandCandidate> Tests(string workspace, string locked, Evidence[] scope)
    {
        if (_test is null)
        {
            yield break;
        }

        if (_nextest is null)
        {
            yield return Candidate(CommandKind.Test, "test", $"cargo test{workspace}{locked}", CommandSource.Convention, 0.93, [_test, .. scope]);
            yield break;
        }

        yield return Candidate(CommandKind.Test, "test", $"cargo nextest run{workspace}{locked}", CommandSource.ToolConfiguration, 0.88, [_nextest, _test, .. scope]) with { Needs = ["cargo-nextest"] };
        if (_documentation is not null)
        {
            // nextest leaves out the examples in documentation.
            yield return Candidate(CommandKind.Test, "doctest", $"cargo test --doc{workspace}{locked}", CommandSource.ToolConfiguration, 0.8, [_documentation, .. scope]);
        }
    }

    private IEnumerable<CommandCandidate> Formats()
    {
        var run = _project.NeedsWorkspaceFlag ? "cargo fmt --all --check" : "cargo fmt --check";
        if (NightlyFormat() is { } nightly && !_isNightly)
        {
            _context.Abstain(RepositoryPath.ToModel(_project.Folder), "format", $"the code is formatted with a nightly toolchain ({nightly}), and another is set up");
        }
        else if (_format is null)
        {
            yield return Candidate(CommandKind.Format, "fmt", run, CommandSource.Convention, Unconfigured, _manifest, _source);
        }
        else
        {
            yield return Candidate(CommandKind.Format, "fmt", run, CommandSource.ToolConfiguration, 0.85, Cite.File(_format), _manifest);
        }
    }

    private Evidence? NightlyFormat()
    {
        if (_format?.Lines().FirstOrDefault(line => UnstableFormat.Any(option => line.Text.TrimStart().StartsWith(option, StringComparison.Ordinal))) is { Number: > 0 } option)
        {
            return Cite.At(_format, option.Number);
        }

        return CiCommands.Steps(_context)
            .Where(entry => entry.Step.Run is { } run && ShellLine.Parse(run).Any(command => command.Words is ["cargo", var toolchain, "fmt", ..] && toolchain.StartsWith("+nightly", StringComparison.Ordinal)))
            .Select(entry => Cite.At(_context.Snapshot.Find(entry.Configuration.Path)!, entry.Step.Line)).FirstOrDefault();
    }

    /// <summary>Whether a command is about one package or target of many, about a platform, about tests that are left out for a reason, or about
    /// the features that remain when all are taken away.</summary>
    private static bool IsPartial(string verb, string[] arguments) =>
        arguments.Any(argument => argument is "-p" or "--package" or "--target" or "--manifest-path" or "--example" or "--examples" or "--bench" or "--benches" or "--bin" or "--test"
            or "--lib" or "--bins" or "--no-run" or "--ignored" or "--offline" or "--no-default-features" or "--config" or "--profile" or "--skip"
            || argument.StartsWith("--package=", StringComparison.Ordinal) || argument.StartsWith("--target=", StringComparison.Ordinal) || argument.StartsWith("--manifest-path=", StringComparison.Ordinal))
        || (verb is "test" or "t" && arguments is [var first, ..] && !first.StartsWith('-'));

    /// <summary>Options and features by the names that are usual for what only a nightly compiler takes.</summary>
    private bool NeedsNightly(string[] arguments) =>
        !_isNightly && arguments.Any(argument => argument.StartsWith("-Z", StringComparison.Ordinal) || argument.Contains("unstable", StringComparison.Ordinal) || argument.Contains("nightly", StringComparison.Ordinal));

    private SnapshotFile? Configuration(params string[] names) =>
        RepositoryPath.Upwards(_project.Folder).SelectMany(folder => names.Select(name => _context.Snapshot.Find(RepositoryPath.File(folder, name)))).FirstOrDefault(file => file is not null);

    private CommandCandidate Candidate(CommandKind kind, string family, string run, CommandSource source, double confidence, params Evidence[] evidence) =>
        new(kind, family, run, _project.Folder, source, confidence, [.. evidence.Distinct()]);
}
