using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Analyzer.Detectors.Commands;

/// <summary>Which files the body of a task runs that the repository does not have and nothing makes.</summary>
/// <remarks>Whoever is told that a file is missing looks for it, so that it must be: what may be built, fetched, ignored by git or written in
/// another language first counts as there.</remarks>
internal sealed class CalledFiles(RepositorySnapshot snapshot, FileIndex files)
{
    private static readonly HashSet<string> Interpreters = new(StringComparer.Ordinal) { "node", "bash", "sh", "python", "python3", "ruby", "tsx", "ts-node" };

    private static readonly HashSet<string> Extensions = new(StringComparer.Ordinal) { ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".sh", ".bash", ".py", ".rb" };

    /// <summary>Folders that people write in; of others it is not known who does.</summary>
    private static readonly HashSet<string> Written = new(StringComparer.Ordinal) { "script", "scripts", "test", "tests", "tool", "tools", "task", "tasks", "ci", "e2e", "spec" };

    private static readonly HashSet<string> Made = new(StringComparer.Ordinal)
    {
        "dist", "build", "lib", "out", "output", "target", "bin", "obj", "coverage", "tmp", "temp", "gen", "generated", "cjs", "esm", "es", "release", "debug", "public", ".next", ".nuxt", ".output",
    };

    /// <summary>What stands in a body that makes, fetches or looks for files, or goes elsewhere.</summary>
    private static readonly string[] Unsure = ["||", "if ", "test -", "[ ", "curl", "wget", "cp ", "mv ", "ln ", "tar ", "unzip", "git clone", "submodule", "checkout", "cd ", "pushd", "tsc", "esbuild", "-o ", ">"];

    private readonly Dictionary<string, GitIgnore> _ignored = new(StringComparer.Ordinal);
    private HashSet<string>? _stems;

    /// <summary>The first such file, relative to the root; null: none, or nothing that is sure.</summary>
    /// <param name="folder">Where the body runs.</param>
    public string? Missing(string folder, string body)
    {
        if (!snapshot.IsWhole || Array.Exists(Unsure, word => body.Contains(word, StringComparison.Ordinal)))
        {
            return null;
        }

        return body.Split('\n').SelectMany(line => ShellLine.Parse(line.TrimStart('@', '-', '+', ' ', '\t')))
            .Select(command => Path(command.Words)).OfType<string>()
            .Select(path => RepositoryPath.Combine(folder, path)).OfType<string>()
            .FirstOrDefault(path => !Exists(path) && !MayBeMade(path));
    }

    /// <summary>The file that a command runs.</summary>
    private static string? Path(string[] words)
    {
        words = words is ["cross-env", ..] ? [.. words.Skip(1).SkipWhile(word => word.Contains('='))] : words;
        var path = words switch
        {
            [var program, var file, ..] when Interpreters.Contains(program) => file,
            [var file, ..] when file.StartsWith("./", StringComparison.Ordinal) => file,
            _ => null,
        };
        return SafeName.IsSafe(path) && path!.Contains('/', StringComparison.Ordinal) && Extensions.Contains(System.IO.Path.GetExtension(path)) ? path : null;
    }

    /// <summary>A link or a submodule on the way may hold it.</summary>
    private bool Exists(string path) => RepositoryPath.Upwards(path).Any(part => part.Length > 0 && files.Exists("", part));

    private bool MayBeMade(string path)
    {
        var folder = RepositoryPath.Parent(path);
        var parts = folder.Split('/');
        return parts.Any(part => Made.Contains(part) || SnapshotClassifier.IsVendored(part))
            || (!Written.Contains(parts[^1]) && !Written.Contains(parts[0]))
            || snapshot.In(folder).Any(file => file.Name.StartsWith(Stem(path) + ".", StringComparison.Ordinal))
            || (_stems ??= [.. snapshot.Files.Where(file => file.Extension is ".ts" or ".mts" or ".cts" or ".tsx" or ".coffee").Select(file => Stem(file.Path))]).Contains(Stem(path))
            || RepositoryPath.Upwards(folder).Any(around => IsIgnored(around, path));
    }

    private static string Stem(string path) => System.IO.Path.GetFileName(path).Split('.')[0];

    private bool IsIgnored(string folder, string path)
    {
        if (!_ignored.TryGetValue(folder, out var ignored))
        {
            var prefix = folder.Length == 0 ? "" : folder + "/";
            ignored = snapshot.Find(RepositoryPath.File(folder, ".gitignore")) is { } file ? GitIgnore.None.With(prefix, file.Lines().Select(line => line.Text), out _) : GitIgnore.None;
            _ignored.Add(folder, ignored);
        }

        return ignored.IsIgnored(path, isFolder: false)
            || RepositoryPath.Upwards(RepositoryPath.Parent(path)).Any(part => part.Length > folder.Length && ignored.IsIgnored(part, isFolder: true));
    }
}
