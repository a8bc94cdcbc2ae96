using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Go;

/// <summary>What a <c>go.mod</c> says (the Go Modules Reference): module path, versions, requirements and tools.</summary>
internal sealed partial class GoModule
{
    private readonly Dictionary<string, int> _tools = new(StringComparer.Ordinal);

    private GoModule(SnapshotFile file) => File = file;

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    public (string Path, int Line)? Module { get; private set; }

    public (string Version, int Line)? Go { get; private set; }

    public (string Version, int Line)? Toolchain { get; private set; }

    /// <summary>Direct requirements with their lines.</summary>
    public List<(string Path, int Line)> Requires { get; } = [];

    /// <summary>Where a tool with this last path element is declared, or null.</summary>
    public Evidence? Tool(string name) => _tools.TryGetValue(name, out var line) ? Cite.At(File, line) : null;

    /// <summary>The last element of the module path that is not a major version.</summary>
    public string Name =>
        Module?.Path.Split('/').LastOrDefault(part => !MajorVersion().IsMatch(part)) is { Length: > 0 } name ? name
        : Folder.Length == 0 ? "root" : Path.GetFileName(Folder);

    public static GoModule Read(SnapshotFile file)
    {
        var module = new GoModule(file);
        var block = "";
        foreach (var (number, text) in file.Lines())
        {
            var comment = text.IndexOf("//", StringComparison.Ordinal);
            var line = (comment < 0 ? text : text[..comment]).Trim();
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [var opened, "("])
            {
                block = opened;
            }
            else if (words is [")"])
            {
                block = "";
            }
            else if (words.Length > 0)
            {
                module.Directive(block.Length > 0 ? [block, .. words] : words, number, indirect: comment >= 0 && text.AsSpan(comment).Contains("indirect", StringComparison.Ordinal));
            }
        }

        return module;
    }

    private void Directive(string[] words, int line, bool indirect)
    {
        switch (words)
        {
            case ["module", var path]:
                Module = (path.Trim('"'), line);
                break;
            case ["go", var version] when Version().IsMatch(version):
                Go = (version, line);
                break;
            case ["toolchain", var version] when version.StartsWith("go", StringComparison.Ordinal) && Version().IsMatch(version[2..]):
                Toolchain = (version[2..], line);
                break;
            case ["require", var path, _, ..] when !indirect:
                Requires.Add((path.Trim('"'), line));
                break;
            case ["tool", var path]:
                _tools.TryAdd(path.Trim('"').Split('/')[^1], line);
                break;
        }
    }

    [GeneratedRegex("^v[0-9]+$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex MajorVersion();

    [GeneratedRegex(@"^[0-9]+\.[0-9]+(\.[0-9]+)?((rc|beta)[0-9]+)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
