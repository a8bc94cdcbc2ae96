using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Deno;

/// <summary>The commands of Deno's own tools, each only where something in the repository calls for it.</summary>
internal sealed partial class DenoCommands
{
    private readonly DetectionContext _context;
    private readonly DenoConfiguration _project;
    private readonly DenoTasks _tasks;
    private readonly bool _isMember;
    private readonly string? _lockFile;
    private readonly string _installFolder;
    private readonly Evidence _manifest;
    private readonly IReadOnlyList<SnapshotFile> _tests;

    /// <param name="isMember">The workspace's root runs the tools over its members; they have only tasks of their own.</param>
    public DenoCommands(DetectionContext context, DenoConfiguration project, DenoTasks tasks, bool isMember, string? lockFile, string installFolder)
    {
        _context = context;
        _project = project;
        _tasks = tasks;
        _isMember = isMember;
        _lockFile = lockFile;
        _installFolder = installFolder;
        _manifest = Cite.File(project.File);
        _tests = [.. context.Snapshot.Under(project.Folder).Where(IsTest)];
    }

    public IEnumerable<CommandCandidate> Candidates(bool isVersion1)
    {
        if (_lockFile is not null && !isVersion1)
        {
            yield return Candidate(CommandKind.Install, "install", "deno install --frozen", CommandSource.ToolConfiguration, 0.9, new(_lockFile, 0), _manifest) with { Folder = _installFolder };
        }

        if (_isMember)
        {
            yield break;
        }

        if (_tests.Count > 0 && !_tasks.Mention(CommandKind.Test))
        {
            if (NeedsPermissions() is { } place)
            {
                _context.Abstain(RepositoryPath.ToModel(_project.Folder), "test", $"the test at {place} needs permissions, and neither a task nor existing CI says which");
            }
            else
            {
                yield return Candidate(CommandKind.Test, "deno test", "deno test", CommandSource.Convention, 0.75, Cite.File(_tests[0]), _manifest);
            }
        }

        if (_project.Root.Key("lint") is { } lint && !_tasks.Mention(CommandKind.Lint))
        {
            yield return Candidate(CommandKind.Lint, "deno lint", "deno lint", CommandSource.ToolConfiguration, 0.8, Cite.At(_project.File, lint.Line));
        }

        if (_project.Root.Key("fmt") is { } format && !_tasks.Mention(CommandKind.Format))
        {
            // That it is configured does not say that every file was ever brought into its form.
            yield return Candidate(CommandKind.Format, "deno fmt", "deno fmt --check", CommandSource.ToolConfiguration, 0.55, Cite.At(_project.File, format.Line));
        }

        if (EntryPoint() is { } entry && !_tasks.Mention(CommandKind.Typecheck))
        {
            yield return Candidate(CommandKind.Typecheck, "deno check", $"deno check {entry.Path}", CommandSource.ToolConfiguration, 0.7, Cite.At(_project.File, entry.Line));
        }
    }

    /// <summary>Recognises <c>deno test, lint, fmt --check, check, install, publish --dry-run</c> on what exists.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        if (command.Words is not ["deno", var verb, .. var arguments] || !arguments.Where(IsPath).All(Exists))
        {
            return null;
        }

        return verb switch
        {
            "test" when _tests.Count > 0 && !arguments.Contains("--watch") => new(CommandKind.Test, "deno test", [Cite.File(_tests[0]), _manifest]),
            "lint" when !arguments.Contains("--fix") => new(CommandKind.Lint, "deno lint", [_manifest]),
            "fmt" when arguments.Contains("--check") => new(CommandKind.Format, "deno fmt", [_manifest]),
            "check" => new(CommandKind.Typecheck, "deno check", [_manifest]),
            "ci" or "install" when _lockFile is not null && (verb == "ci" || arguments.Contains("--frozen")) && !arguments.Any(argument => argument is "-g" or "--global" || IsPath(argument)) => new(CommandKind.Install, "install", [new(_lockFile, 0)]),
            "publish" when arguments.Contains("--dry-run") => new(CommandKind.Package, "deno publish", [_manifest]),
            _ => null,
        };
    }

    /// <summary>Deno's own list of names that are tests: <c>test.ts</c>, <c>x_test.ts</c>, <c>x.test.ts</c>, and everything below <c>__tests__</c>.</summary>
    private static bool IsTest(SnapshotFile file) =>
        file.Extension is ".ts" or ".tsx" or ".mts" or ".js" or ".jsx" or ".mjs"
        && (Path.GetFileNameWithoutExtension(file.Name) is "test" || Path.GetFileNameWithoutExtension(file.Name).EndsWith("_test", StringComparison.Ordinal)
            || Path.GetFileNameWithoutExtension(file.Name).EndsWith(".test", StringComparison.Ordinal) || file.Directory.Split('/').Contains("__tests__"))
        && !RepositoryPath.IsSample(file.Directory);

    private Evidence? NeedsPermissions()
    {
        foreach (var file in _tests.Take(200))
        {
            foreach (var (number, text) in file.Lines())
            {
                if (Permission().IsMatch(text))
                {
                    return Cite.At(file, number);
                }
            }
        }

        return null;
    }

    /// <summary>The file that <c>exports</c> names, if it is there.</summary>
    private (string Path, int Line)? EntryPoint()
    {
        var exports = _project.Root["exports"];
        var node = exports is { Text: not null } ? exports : exports?["."];
        return node is { Text: { } text } && RepositoryPath.Combine(_project.Folder, text) is { } path && _context.Snapshot.Find(path) is not null
            && text.TrimStart('.', '/') is var relative && SafeName.IsSafe(relative)
            ? (relative, node.Line)
            : null;
    }

    // A value of an option counts too: what is not there is not taken over.
    private static bool IsPath(string argument) => !argument.StartsWith('-');

    private bool Exists(string argument) =>
        argument == "." || (RepositoryPath.Combine(_project.Folder, argument) is { } path && (_context.Snapshot.Find(path) is not null || _context.Snapshot.Under(path).Any()));

    private CommandCandidate Candidate(CommandKind kind, string family, string run, CommandSource source, double confidence, params Evidence[] evidence) =>
        new(kind, family, run, _project.Folder, source, confidence, evidence);

    // What Deno asks permission for: files, network, environment, processes (Deno's manual, "Security and permissions").
    [GeneratedRegex(@"\bDeno\.(env|read|write|open|create|mkdir|make|remove|rename|copy|stat|lstat|realPath|chmod|run|Command|listen|serve|connect|kill|cwd|execPath|readDir|symlink|link|truncate|watchFs|dlopen)|\bfetch\(",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Permission();
}
