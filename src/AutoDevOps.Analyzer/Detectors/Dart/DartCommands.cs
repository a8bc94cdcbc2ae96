using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Dart;

/// <summary>The commands of a Dart or Flutter package: those of the SDK where there is something for them to do, code generation where its
/// result is not committed, and the scripts of Melos.</summary>
internal sealed class DartCommands
{
    private readonly DetectionContext _context;
    private readonly PubPackage _package;
    private readonly string? _lock;
    private readonly string _installFolder;
    private readonly Evidence? _test;
    private readonly Evidence? _source;
    private readonly Evidence? _generated;
    private readonly SnapshotFile? _options;

    /// <param name="installFolder">Where dependencies are installed: that of the workspace.</param>
    /// <param name="nested">The folders of other packages below this one.</param>
    public DartCommands(DetectionContext context, FileIndex files, PubPackage package, string? lockFile, string installFolder, IReadOnlyList<string> nested)
    {
        _context = context;
        _package = package;
        _lock = lockFile;
        _installFolder = installFolder;
        var own = context.Snapshot.Under(package.Folder).Where(file => file.Extension == ".dart" && !IsExample(file.Directory) && !nested.Any(folder => RepositoryPath.IsWithin(file.Directory, folder))).ToList();
        var tests = RepositoryPath.File(package.Folder, "test");
        _test = own.Find(file => RepositoryPath.IsWithin(file.Directory, tests) && file.Name.EndsWith("_test.dart", StringComparison.Ordinal)) is { } test ? Cite.File(test) : null;
        _source = own.Find(file => !RepositoryPath.IsWithin(file.Directory, tests)) is { } source ? Cite.File(source) : null;
        _options = RepositoryPath.Upwards(package.Folder).Select(folder => context.Snapshot.Find(RepositoryPath.File(folder, "analysis_options.yaml"))).FirstOrDefault(file => file is not null);
        _generated = package.Require("build_runner") is null ? null : own.Select(file => MissingPart(files, file)).FirstOrDefault(place => place is not null);
    }

    private string Sdk => _package.IsFlutter ? "flutter" : "dart";

    public IEnumerable<CommandCandidate> Candidates()
    {
        yield return new(CommandKind.Install, "install", $"{Sdk} pub get{(_lock is null ? "" : " --enforce-lockfile")}", _installFolder, CommandSource.ToolConfiguration, 0.95,
            _lock is null ? [_package.NamePlace] : [_package.NamePlace, new(_lock, 0)]);
        if (_generated is not null)
        {
            yield return Candidate(CommandKind.Install, "generate", "dart run build_runner build", 0.85, _package.Require("build_runner")!, _generated);
        }

        if (_test is not null && TestLibrary is { } library)
        {
            yield return Candidate(CommandKind.Test, "test", $"{Sdk} test", 0.93, _test, library);
            if (_package.IsFlutter)
            {
                yield return Candidate(CommandKind.Coverage, "coverage", "flutter test --coverage", 0.8, _test, library);
            }
        }
        else if (_test is not null)
        {
            _context.Abstain(RepositoryPath.ToModel(_package.Folder), "test", $"there are tests ({_test}), and {_package.File.Path} depends on no library to test with");
        }

        if (_source is not null || _test is not null)
        {
            yield return Candidate(CommandKind.Lint, "analyze", $"{Sdk} analyze", _options is null ? 0.75 : 0.9, [_options is null ? _package.NamePlace : Cite.File(_options), (_source ?? _test)!]);
            if (_options?.Yaml().Root?["formatter"] is { } formatter)
            {
                yield return Candidate(CommandKind.Format, "format", "dart format --output=none --set-exit-if-changed .", 0.75, Cite.At(_options, formatter.Line));
            }
        }
    }

    /// <summary>The scripts of Melos, run as the version in the package's own dependencies runs them.</summary>
    public IEnumerable<CommandCandidate> MelosScripts()
    {
        if (_package.Require("melos") is not { } melos)
        {
            yield break;
        }

        var file = _context.Snapshot.Find(RepositoryPath.File(_package.Folder, "melos.yaml"));
        var root = file?.Yaml().Root ?? _package.Melos;
        var place = file ?? _package.File;
        if (file is not null && file.Yaml().Root is not null)
        {
            // Before version 7 Melos links the packages of the repository to each other.
            yield return Candidate(CommandKind.Install, "melos", "dart run melos bootstrap", 0.9, Cite.File(file), melos);
        }

        foreach (var (key, script) in root?["scripts"]?.Entries ?? [])
        {
            if (key.Text is not { } name || TaskNames.Classify(name) is not { } kind || kind.Kind == CommandKind.Install)
            {
                continue;
            }

            if (!SafeName.IsSafe(name))
            {
                Abstentions.Unsafe(_context, _package.Folder, name, Cite.At(place, key.Line));
            }
            else if (Body(script) is { Length: > 0 } body && !body.Contains("--fix", StringComparison.Ordinal) && !body.Contains("fix --apply", StringComparison.Ordinal))
            {
                yield return Candidate(kind.Kind, "melos " + name, $"dart run melos run {name} --no-select", 0.85, Cite.At(place, key.Line), melos) with { Source = CommandSource.TaskRunner };
            }
        }
    }

    /// <summary>Recognises the SDK's commands.</summary>
    public ResolvedCommand? Resolve(ShellCommand command) => command.Words switch
    {
        ["dart" or "flutter", "pub", "get", ..] or ["flutter", "packages", "get", ..] => new(CommandKind.Install, "install", [_package.NamePlace]),
        ["dart" or "flutter", "test", .. var options] when _test is not null && TestLibrary is { } library && !options.Any(option => option.StartsWith("integration_test", StringComparison.Ordinal)) =>
            new(options.Contains("--coverage") ? CommandKind.Coverage : CommandKind.Test, "test", [_test, library]),
        ["dart" or "flutter", "analyze", ..] when (_source ?? _test) is { } source => new(CommandKind.Lint, "analyze", [_options is null ? _package.NamePlace : Cite.File(_options), source]),
        ["dart", "format", .. var options] when options.Contains("--set-exit-if-changed") && (_source ?? _test) is { } source => new(CommandKind.Format, "format", [_package.NamePlace, source]),
        ["dart" or "flutter", "run" or "pub", "build_runner", "build", ..] or ["flutter" or "dart", "pub", "run", "build_runner", "build", ..] when _package.Require("build_runner") is { } runner =>
            new(CommandKind.Install, "generate", [runner]),
        ["flutter", "build", "web" or "apk" or "linux", ..] when _package.IsFlutter && _source is not null => new(CommandKind.Build, "build", [_package.NamePlace, _source]),
        _ => null,
    };

    private bool IsExample(string folder) => folder.Length > _package.Folder.Length && RepositoryPath.IsSample(folder[_package.Folder.Length..].TrimStart('/'));

    private Evidence? TestLibrary => _package.IsFlutter ? _package.Require("flutter_test") ?? _package.Require("test") : _package.Require("test");

    private CommandCandidate Candidate(CommandKind kind, string family, string run, double confidence, params Evidence[] evidence) =>
        new(kind, family, run, _package.Folder, CommandSource.ToolConfiguration, confidence, evidence);

    /// <summary>The line that asks for a generated part which nobody committed.</summary>
    private static Evidence? MissingPart(FileIndex files, SnapshotFile file)
    {
        foreach (var (number, text) in file.Lines().Take(100))
        {
            if (text.StartsWith("part '", StringComparison.Ordinal) && text.IndexOf('\'', 6) is var end and > 6 && text[6..end] is var part
                && (part.EndsWith(".g.dart", StringComparison.Ordinal) || part.EndsWith(".freezed.dart", StringComparison.Ordinal))
                && RepositoryPath.Combine(file.Directory, part) is { } path && !files.Exists(RepositoryPath.Parent(path), Path.GetFileName(path)))
            {
                return Cite.At(file, number);
            }
        }

        return null;
    }

    private static string Body(DataNode script) =>
        script.Text ?? script["run"]?.Text ?? script["exec"]?.Text ?? string.Join('\n', script["steps"]?.ScalarOrItems().Select(step => step.Text) ?? []);
}
