using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Elixir;

/// <summary>What the literal parts of a <c>mix.exs</c> say; it is a program, and not run.</summary>
internal sealed partial class MixProject
{
    private const int MaxDependencies = 2000;

    private readonly Dictionary<string, MixDependency> _dependencies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Evidence> _aliases = new(StringComparer.Ordinal);

    private MixProject(SnapshotFile file) => File = file;

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    public string Name => App ?? (Folder.Length == 0 ? "root" : Path.GetFileName(Folder));

    /// <summary>Where the applications of an umbrella lie, relative to the folder; null: it is none.</summary>
    public string? AppsPath { get; private set; }

    /// <summary>Where the lock file lies that it shares, relative to the folder; null: its own.</summary>
    public string? LockPath { get; private set; }

    public (string Requirement, Evidence Place)? Elixir { get; private set; }

    public Evidence Place { get; private set; } = null!;

    public IReadOnlyCollection<MixDependency> Dependencies => _dependencies.Values;

    public IReadOnlyDictionary<string, Evidence> Aliases => _aliases;

    private string? App { get; set; }

    public MixDependency? Dependency(string name) => _dependencies.GetValueOrDefault(name);

    /// <summary>Without a module that is one, mix finds no project.</summary>
    public static IEnumerable<Diagnostic> Problems(SnapshotFile file) =>
        file.Text.Contains("Mix.Project", StringComparison.Ordinal) ? [] : [new(file.Path, 1, "Has no module that says `use Mix.Project`, and so mix finds no project in it. Add one.")];

    public static MixProject Read(SnapshotFile file)
    {
        var project = new MixProject(file) { Place = Cite.File(file) };
        var inAliases = false;
        foreach (var (number, text) in ProgramText.Lines(file, "#"))
        {
            inAliases = Definition().Match(text) is { Success: true } definition ? definition.Groups["name"].Value == "aliases" : inAliases;
            foreach (Match dependency in DependencyTuple().Matches(text))
            {
                project.Add(dependency.Groups["name"].Value, dependency.Groups["rest"].Value, Cite.At(file, number));
            }

            if (inAliases && AliasLine().Match(text) is { Success: true } alias && project._aliases.Count < MaxDependencies)
            {
                project._aliases.TryAdd(alias.Groups["name"].Value, Cite.At(file, number));
            }
            else
            {
                foreach (Match option in OptionPair().Matches(text))
                {
                    project.Option(option, number);
                }
            }
        }

        return project;
    }

    private void Add(string name, string rest, Evidence place)
    {
        if (_dependencies.Count < MaxDependencies)
        {
            _dependencies.TryAdd(name, new(name, place, [.. Environments(rest)]));
        }
    }

    private void Option(Match option, int number)
    {
        switch (option.Groups["key"].Value)
        {
            case "app":
                App ??= option.Groups["atom"].Value is { Length: > 0 } app ? app : null;
                Place = Cite.At(File, number);
                break;
            case "apps_path":
                AppsPath ??= option.Groups["text"].Value is { Length: > 0 } path ? path : null;
                break;
            case "lockfile":
                LockPath ??= option.Groups["text"].Value is { Length: > 0 } lockFile ? lockFile : null;
                break;
            case "elixir":
                Elixir ??= option.Groups["text"].Value is { Length: > 0 and <= 60 } requirement ? (requirement, Cite.At(File, number)) : null;
                break;
        }
    }

    private static IEnumerable<string> Environments(string rest) =>
        Only().Match(rest) is { Success: true } only ? Atom().Matches(only.Groups["list"].Value).Select(match => match.Value[1..]) : [];

    [GeneratedRegex(@"^\s*defp?\s+(?<name>[a-z_][a-z0-9_]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Definition();

    [GeneratedRegex("""\{\s*:(?<name>[a-z_][a-z0-9_]*)\s*,\s*(?<rest>("|[a-z_]+:)[^{}]*)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex DependencyTuple();

    [GeneratedRegex("""^\s*\[?\s*"?(?<name>[a-z_][a-z0-9_.]*)"?:\s*(\[|"|&)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex AliasLine();

    [GeneratedRegex("""(^|[\s\[,])(?<key>app|apps_path|lockfile|elixir):\s*(:(?<atom>[a-z_][a-z0-9_]*)|"(?<text>[^"]*)")""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex OptionPair();

    [GeneratedRegex(@"only:\s*(?<list>:[a-z_]+|\[[^\]]*\])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Only();

    [GeneratedRegex(":[a-z_]+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Atom();
}

/// <param name="Only">The environments it is for; none: all.</param>
internal sealed record MixDependency(string Name, Evidence Place, IReadOnlyList<string> Only)
{
    public bool IsFor(string environment) => Only.Count == 0 || Only.Contains(environment);
}
