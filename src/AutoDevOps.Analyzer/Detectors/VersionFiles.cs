using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Reads the files that version managers of any ecosystem share: a file with one version, <c>.tool-versions</c>, mise.</summary>
internal static partial class VersionFiles
{
    /// <summary>The version in a file such as <c>.nvmrc</c>: its first line that is no comment.</summary>
    public static RuntimeVersion? Single(DetectionContext context, string folder, string name, string runtime)
    {
        if (context.Snapshot.Find(RepositoryPath.File(folder, name)) is not { } file)
        {
            return null;
        }

        foreach (var (number, text) in file.Lines())
        {
            var line = text.Split('#')[0].Trim();
            if (line.Length > 0)
            {
                return Concrete(line) is { } version ? new(runtime, [version], file.Path, 0.97, [Cite.At(file, number)]) : null;
            }
        }

        return null;
    }

    /// <summary>What <c>.tool-versions</c>, <c>mise.toml</c> or <c>.mise.toml</c> says of a tool under any of its names.</summary>
    public static RuntimeVersion? Tool(DetectionContext context, string folder, string runtime, params string[] names)
    {
        if (context.Snapshot.Find(RepositoryPath.File(folder, ".tool-versions")) is { } file)
        {
            foreach (var (number, text) in file.Lines())
            {
                var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 1 && names.Contains(words[0]) && Concrete(words[1]) is { } version)
                {
                    return new(runtime, [version], file.Path, 0.97, [Cite.At(file, number)]);
                }
            }
        }

        foreach (var mise in new[] { "mise.toml", ".mise.toml" }.Select(name => context.Snapshot.Find(RepositoryPath.File(folder, name))).OfType<SnapshotFile>())
        {
            foreach (var name in names)
            {
                var node = mise.Toml().Root?.At("tools", name);
                if (Concrete((node?["version"] ?? node)?.ScalarOrItems().FirstOrDefault()?.Text) is { } version)
                {
                    return new(runtime, [version], mise.Path, 0.95, [Cite.At(mise, node!.Line)]);
                }
            }
        }

        return null;
    }

    /// <summary>A version or alias that a set-up action takes: <c>22</c>, <c>3.12</c>, <c>20.x</c>, <c>lts/*</c>, <c>lts/iron</c>; a leading
    /// <c>v</c> is dropped. Null for anything else.</summary>
    public static string? Concrete(string? text)
    {
        text = text?.Trim();
        if (text is null || text.Length > 40)
        {
            return null;
        }

        text = text.StartsWith('v') ? text[1..] : text;
        return Version().IsMatch(text) ? text : null;
    }

    [GeneratedRegex(@"^([0-9]+(\.[0-9]+)*(\.[xX])?(-[a-z]+\.?[0-9]*)?|lts(/[a-z*-]+)?)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
