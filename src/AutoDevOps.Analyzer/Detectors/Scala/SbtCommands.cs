using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Scala;

/// <summary>The commands of an sbt build: its own tasks, and those of the plugins it adds.</summary>
internal sealed class SbtCommands
{
    private static readonly string[] Tests = ["test", "Test/test", "test:test", "testFull"];
    private static readonly string[] Builds = ["compile", "Test/compile", "test:compile"];
    private static readonly string[] Formats = ["scalafmtCheckAll", "scalafmtSbtCheck", "scalafmtCheck", "Test/scalafmtCheck", "test:scalafmtCheck", "scalafmt::test", "test:scalafmt::test"];
    private static readonly string[] Fixes = ["scalafixAll --check", "scalafix --check", "scalafixCheckAll"];

    private readonly DetectionContext _context;
    private readonly SbtBuild _build;
    private readonly Evidence[] _place;
    private readonly Evidence? _formatter;
    private readonly Evidence? _fixer;
    private readonly Evidence? _coverage;
    private readonly SnapshotFile? _formatterConfiguration;
    private readonly SnapshotFile? _fixerConfiguration;
    private readonly string _sbt;

    public SbtCommands(DetectionContext context, SbtBuild build)
    {
        _context = context;
        _build = build;
        var definition = Cite.File(build.Definition);
        _place = build.VersionPlace is { } version ? [definition, version] : [definition];

        // sbt-typelevel and its relatives bring the formatter and the linter with them.
        _formatter = build.Plugin("sbt-scalafmt", "sbt-typelevel", "sbt-http4s-org");
        _fixer = build.Plugin("sbt-scalafix", "sbt-typelevel-scalafix", "sbt-http4s-org");
        _coverage = build.Plugin("sbt-scoverage");
        _formatterConfiguration = context.Snapshot.Find(RepositoryPath.File(build.Folder, ".scalafmt.conf"));
        _fixerConfiguration = context.Snapshot.Find(RepositoryPath.File(build.Folder, ".scalafix.conf"));
        var launcher = context.Snapshot.Find(RepositoryPath.File(build.Folder, "sbt"));
        _sbt = launcher?.Text.StartsWith("#!", StringComparison.Ordinal) == true ? "./sbt" : "sbt";
        if (_sbt == "./sbt")
        {
            _place = [.. _place, Cite.At(launcher!, 1)];
        }
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        yield return Candidate(CommandKind.Install, "install", "update", CommandSource.ToolConfiguration, 0.88, _place);
        if (_build.Sources.Source is null && _build.Sources.Test is null)
        {
            _context.Abstain(RepositoryPath.ToModel(_build.Folder), "build", $"no source file belongs to {_build.Definition.Path}");
            yield break;
        }

        yield return Candidate(CommandKind.Build, "build", "Test/compile", CommandSource.Convention, 0.9, _place);
        yield return Candidate(CommandKind.Package, "package", "package", CommandSource.Convention, 0.8, _place);
        if (_build.Sources.Test is { } test)
        {
            yield return Candidate(CommandKind.Test, "test", "test", CommandSource.Convention, 0.92, [test, .. _place]);
            if (_coverage is not null)
            {
                yield return Candidate(CommandKind.Coverage, "coverage", "coverage test coverageReport", CommandSource.ToolConfiguration, 0.85, [_coverage, test]);
            }
        }

        if (_formatterConfiguration is not null && _formatter is not null)
        {
            yield return Candidate(CommandKind.Format, "scalafmt", "scalafmtCheckAll scalafmtSbtCheck", CommandSource.ToolConfiguration, 0.87, [_formatter, Cite.File(_formatterConfiguration)]);
        }
        else if (_formatterConfiguration is not null)
        {
            _context.Abstain(RepositoryPath.ToModel(_build.Folder), "format", $"{_formatterConfiguration.Path} configures scalafmt, and no sbt plugin that runs it was found");
        }

        if (_fixerConfiguration is not null && _fixer is not null)
        {
            yield return Candidate(CommandKind.Lint, "scalafix", "\"scalafixAll --check\"", CommandSource.ToolConfiguration, 0.83, [_fixer, Cite.File(_fixerConfiguration)]);
        }
    }

    /// <summary>Recognises tasks over the whole build, with <c>+</c> for every version of Scala or without.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        if (command.Words is not [var sbt, .. var arguments] || sbt != _sbt)
        {
            return null;
        }

        var tasks = arguments.Where(argument => !argument.StartsWith('-')).SelectMany(argument => argument.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(task => task.TrimStart('+', ' ')).Where(task => task is not ("clean" or "project /")).ToList();
        var isCovered = tasks.Remove("coverage");
        if (tasks.Count == 0)
        {
            return null;
        }

        if (_build.Sources.Test is { } test && tasks.Exists(Tests.Contains) && tasks.TrueForAll(task => Tests.Contains(task) || Builds.Contains(task) || IsFormat(task) || IsFix(task) || task is "coverageReport" or "coverageAggregate" or "coverageOff"))
        {
            return isCovered && _coverage is not null && tasks.Exists(task => task.StartsWith("coverage", StringComparison.Ordinal))
                ? new(CommandKind.Coverage, "coverage", [_coverage, test])
                : isCovered ? null : new(CommandKind.Test, "test", [test, .. _place]);
        }

        return tasks switch
        {
            _ when tasks.TrueForAll(task => Builds.Contains(task)) => new(CommandKind.Build, "build", _place),
            _ when tasks.TrueForAll(IsFormat) => new(CommandKind.Format, "scalafmt", [_formatter!, .. _place]),
            _ when tasks.TrueForAll(IsFix) => new(CommandKind.Lint, "scalafix", [_fixer!, .. _place]),
            ["update"] => new(CommandKind.Install, "install", _place),
            ["package"] => new(CommandKind.Package, "package", _place),
            ["assembly"] when _build.Plugin("sbt-assembly") is { } assembly => new(CommandKind.Package, "package", [assembly, .. _place]),
            _ => null,
        };
    }

    private bool IsFormat(string task) => _formatter is not null && Formats.Contains(task);

    private bool IsFix(string task) => _fixer is not null && Fixes.Contains(task);

    private CommandCandidate Candidate(CommandKind kind, string family, string tasks, CommandSource source, double confidence, Evidence[] evidence) =>
        new(kind, family, $"{_sbt} {tasks}", _build.Folder, source, confidence, [.. evidence.Concat(_place).Distinct()]);
}
