using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.DotNet;

/// <summary>The commands of a solution or project.</summary>
internal sealed class DotNetCommands
{
    private readonly DetectionContext _context;
    private readonly DotNetTarget _target;
    private readonly Evidence _place;
    private readonly Evidence? _test;
    private readonly string _argument;
    private readonly bool _named;

    // What a project for Windows needs to be built on Linux; its tests run there if they do not use Windows.
    private readonly string _switch;

    public DotNetCommands(DetectionContext context, DotNetTarget target)
    {
        _context = context;
        _target = target;
        _place = Cite.File(target.File);
        _test = target.Projects.Select(project => project.Test).FirstOrDefault(place => place is not null);
        _named = target.IsOnly || SafeName.IsSafe(target.File.Name);
        _argument = target.IsOnly ? "" : " " + target.File.Name;
        _switch = target.ForWindows is null ? "" : " -p:EnableWindowsTargeting=true";
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        if (!_named)
        {
            _context.Abstain(RepositoryPath.ToModel(_target.Folder), "build", $"the solution would have to be named, and {SafeName.Reason}");
            yield break;
        }

        var lockFile = _target.Projects.Select(project => _context.Snapshot.Entries.FirstOrDefault(file => file.Path == RepositoryPath.File(project.Folder, "packages.lock.json")))
            .FirstOrDefault(file => file is not null);
        if (RepositoryPath.Upwards(_target.Folder).Select(ToolManifest).FirstOrDefault(file => file is not null) is { } manifest)
        {
            yield return Candidate(CommandKind.Install, "tools", "dotnet tool restore", 0.9, Cite.File(manifest));
        }

        yield return lockFile is null
            ? Candidate(CommandKind.Install, "install", $"dotnet restore{_argument}{_switch}", 0.95, Places(_place))
            : Candidate(CommandKind.Install, "install", $"dotnet restore{_argument} --locked-mode{_switch}", 0.97, Places(Cite.File(lockFile), _place));
        yield return Candidate(CommandKind.Build, "build", $"dotnet build{_argument} --no-restore{_switch}", 0.95, Places(_place));
        if (_test is not null)
        {
            var (argument, runner) = TestArgument();
            yield return Candidate(CommandKind.Test, "test", $"dotnet test{argument}{_switch}", 0.95, Places([_test, _place, .. runner]));
        }

        var configuration = RepositoryPath.Upwards(_target.Folder).Select(folder => _context.Snapshot.Find(RepositoryPath.File(folder, ".editorconfig"))).FirstOrDefault(file => file is not null);
        if (configuration is not null && _target.ForWindows is null)
        {
            // That there are rules does not say that every file was ever brought into their form.
            yield return Candidate(CommandKind.Format, "format", $"dotnet format{_argument} --verify-no-changes --no-restore", 0.55, Cite.File(configuration), _place);
        }
    }

    /// <summary>Recognises <c>dotnet restore, build, test, format, pack</c> on this target or on a project that exists.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        if (command.Words is not ["dotnet", ("restore" or "build" or "test" or "format" or "pack" or "tool") and var verb, .. var arguments] || !Exist(arguments))
        {
            return null;
        }

        return verb switch
        {
            "tool" => arguments is ["restore"] && ToolManifest(_target.Folder) is { } manifest ? new(CommandKind.Install, "tools", [Cite.File(manifest)]) : null,
            "restore" => new(CommandKind.Install, "install", [_place]),
            "build" => arguments.Any(argument => argument is "-o" or "--output") || !IsWhole(arguments) ? null : new(CommandKind.Build, "build", [_place]),
            "pack" => new(CommandKind.Package, "pack", [_place], Standalone(command)),
            "format" => arguments.Contains("--verify-no-changes") ? new(CommandKind.Format, "format", [_place]) : null,
            _ => _test is null ? null : new(CommandKind.Test, "test", [_test, _place], Standalone(command)),
        };
    }

    /// <summary>Without the promise that an earlier step has built: jobs are arranged anew.</summary>
    private static string Standalone(ShellCommand command) =>
        command.Text.Replace(" --no-build", "", StringComparison.Ordinal).Replace(" --no-restore", "", StringComparison.Ordinal);

    /// <summary>A positional argument that is a folder names one project of many.</summary>
    private static bool IsWhole(string[] arguments) =>
        arguments.Length == 0 || arguments[0].StartsWith('-') || arguments[0].StartsWith('/') || arguments[0].Contains(".sln", StringComparison.Ordinal) || arguments[0].EndsWith("proj", StringComparison.Ordinal);

    private bool Exist(string[] arguments)
    {
        var paths = arguments.Where(argument => argument.EndsWith("proj", StringComparison.Ordinal) || argument.EndsWith(".sln", StringComparison.Ordinal) || argument.EndsWith(".slnx", StringComparison.Ordinal));
        return paths.All(path => RepositoryPath.Combine(_target.Folder, path) is { } full && _context.Snapshot.Find(full) is not null);
    }

    /// <summary>With Microsoft.Testing.Platform as the runner (global.json), <c>dotnet test</c> takes no positional path.</summary>
    private (string Argument, Evidence[] Evidence) TestArgument()
    {
        var global = RepositoryPath.Upwards(_target.Folder).Select(folder => _context.Snapshot.Find(RepositoryPath.File(folder, "global.json"))).FirstOrDefault(file => file is not null);
        if (global?.Json().Root?.At("test", "runner") is { Text: "Microsoft.Testing.Platform" } runner)
        {
            var name = _target.IsOnly ? "" : _target.IsSolution ? $" --solution {_target.File.Name}" : $" --project {_target.File.Name}";
            return (name, [Cite.At(global, runner.Line)]);
        }

        return (_argument, []);
    }

    private SnapshotFile? ToolManifest(string folder) =>
        _context.Snapshot.Find(RepositoryPath.File(folder, ".config/dotnet-tools.json")) ?? _context.Snapshot.Find(RepositoryPath.File(folder, "dotnet-tools.json"));

    private Evidence[] Places(params Evidence[] places) => _target.ForWindows is { } place ? [.. places, place] : places;

    private CommandCandidate Candidate(CommandKind kind, string family, string run, double confidence, params Evidence[] evidence) =>
        new(kind, family, run, _target.Folder, CommandSource.ToolConfiguration, confidence, evidence);
}
