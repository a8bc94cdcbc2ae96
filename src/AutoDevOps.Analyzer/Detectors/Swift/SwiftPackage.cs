using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Swift;

/// <summary>What the literal parts of a <c>Package.swift</c> say; it is a program, and not run.</summary>
internal sealed partial class SwiftPackage
{
    private readonly Dictionary<string, Evidence> _dependencies = new(StringComparer.Ordinal);

    private SwiftPackage(SnapshotFile file) => File = file;

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    public string Name => Declared ?? (Folder.Length == 0 ? "root" : Path.GetFileName(Folder));

    /// <summary>The oldest release of Swift that reads the manifest (SE-0152, SE-0209).</summary>
    public (string Version, Evidence Place)? Tools { get; private set; }

    public Evidence Place { get; private set; } = null!;

    /// <summary>The first target of tests, or null.</summary>
    public Evidence? TestTarget { get; private set; }

    public IReadOnlyDictionary<string, Evidence> Dependencies => _dependencies;

    private string? Declared { get; set; }

    public static SwiftPackage Read(SnapshotFile file)
    {
        var package = new SwiftPackage(file) { Place = Cite.File(file) };
        if (file.Lines().Take(20).Select(line => (line.Number, Match: ToolsVersion().Match(line.Text))).FirstOrDefault(line => line.Match.Success) is { Match: not null } tools)
        {
            package.Tools = (tools.Match.Groups["version"].Value, Cite.At(file, tools.Number));
        }

        foreach (var (number, text) in ProgramText.Lines(file, "//"))
        {
            package.Line(text, number);
        }

        return package;
    }

    private void Line(string text, int number)
    {
        // The first name in the file is the package's: products and targets come after it.
        if (Declared is null && NameLine().Match(text) is { Success: true } name)
        {
            Declared = name.Groups["name"].Value;
            Place = Cite.At(File, number);
        }

        if (TestTarget is null && text.Contains(".testTarget(", StringComparison.Ordinal))
        {
            TestTarget = Cite.At(File, number);
        }

        if (PackageLine().Match(text) is { Success: true } dependency && _dependencies.Count < 500)
        {
            var identity = dependency.Groups["url"].Value.TrimEnd('/').Split('/')[^1];
            identity = identity.EndsWith(".git", StringComparison.Ordinal) ? identity[..^4] : identity;
            _dependencies.TryAdd(identity.ToLowerInvariant(), Cite.At(File, number));
        }
    }

    [GeneratedRegex(@"^//\s*swift-tools-version\s*:\s*(?<version>[0-9]+\.[0-9]+(\.[0-9]+)?)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ToolsVersion();

    [GeneratedRegex("""^(.*\bPackage\()?\s*name:\s*"(?<name>[A-Za-z0-9_.-]{1,100})"\s*,?""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NameLine();

    [GeneratedRegex(@"\.package\([^)]*url:\s*""(?<url>[^""]{1,300})""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PackageLine();
}
