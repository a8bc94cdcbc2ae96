using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Haskell;

/// <summary>What a <c>*.cabal</c> file says (Cabal's user guide, "Package description"): fields with their continuations, and stanzas.</summary>
internal sealed partial class CabalFile
{
    private const int MaxDependencies = 2000;

    private readonly Dictionary<string, Evidence> _dependencies = new(StringComparer.Ordinal);

    private CabalFile(SnapshotFile file) => File = file;

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    public string? Name { get; private set; }

    public Evidence Place { get; private set; } = null!;

    /// <summary>The compilers it says it was tested with, the oldest first.</summary>
    public IReadOnlyList<string> TestedWith { get; private set; } = [];

    public Evidence? TestedWithPlace { get; private set; }

    /// <summary>The first <c>test-suite</c>, or null.</summary>
    public Evidence? TestSuite { get; private set; }

    public IReadOnlyDictionary<string, Evidence> Dependencies => _dependencies;

    public static CabalFile Read(SnapshotFile file)
    {
        var cabal = new CabalFile(file) { Place = Cite.File(file) };
        var tested = new List<string>();
        var field = "";
        foreach (var (number, text) in file.Lines())
        {
            if (text.TrimStart().StartsWith("--", StringComparison.Ordinal) || text.Length == 0)
            {
                continue;
            }

            var match = Field().Match(text);
            field = match.Success ? match.Groups["name"].Value.ToLowerInvariant() : char.IsWhiteSpace(text[0]) ? field : "";
            var value = match.Success ? match.Groups["value"].Value : text;
            switch (field)
            {
                case "name" when match.Success && PackageName().IsMatch(value.Trim()) && cabal.Name is null:
                    cabal.Name = value.Trim();
                    cabal.Place = Cite.At(file, number);
                    break;
                case "tested-with":
                    cabal.TestedWithPlace ??= Cite.At(file, number);
                    tested.AddRange(Compiler().Matches(value).Select(found => found.Groups["version"].Value).Take(50));
                    break;
                case "build-depends":
                    cabal.AddDependencies(value, number);
                    break;
            }

            if (text.StartsWith("test-suite", StringComparison.OrdinalIgnoreCase))
            {
                cabal.TestSuite ??= Cite.At(file, number);
            }
        }

        cabal.TestedWith = HaskellVersions.Sorted(tested);
        return cabal;
    }

    private void AddDependencies(string value, int line)
    {
        foreach (var dependency in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (_dependencies.Count < MaxDependencies && Dependency().Match(dependency) is { Success: true } match)
            {
                _dependencies.TryAdd(match.Value, Cite.At(File, line));
            }
        }
    }

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z][A-Za-z-]*)\s*:(?<value>.*)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,99}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PackageName();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Dependency();

    // GHC == 9.6.7, GHC ==9.8.4 || ==9.10.1; a range names no version that was tested.
    [GeneratedRegex(@"==\s*(?<version>[0-9]+\.[0-9]+(\.[0-9]+)?)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Compiler();
}
