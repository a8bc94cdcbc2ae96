using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Deno;

/// <summary>A <c>deno.json</c> or <c>deno.jsonc</c> with what the detector asks of it (Deno's manual, "deno.json and package.json").</summary>
internal sealed class DenoConfiguration(SnapshotFile file, DataNode root)
{
    public SnapshotFile File => file;

    public string Folder => file.Directory;

    public DataNode Root => root;

    public string Name => root["name"]?.Text is { Length: > 0 } name ? name : Folder.Length == 0 ? "root" : Path.GetFileName(Folder);

    /// <summary>The tasks in the order of the file: a line of shell, or an object with <c>command</c> and <c>dependencies</c>.</summary>
    public IEnumerable<(DataNode Key, string Body)> Tasks =>
        (root["tasks"]?.Entries ?? [])
            .Where(task => task.Key.Text is not null)
            .Select(task => (task.Key, (task.Value["command"] ?? task.Value).Text ?? ""));

    /// <summary>What a task depends on: tasks of the same file that run before it.</summary>
    public IEnumerable<string> Needs(string task) =>
        root["tasks"]?[task]?["dependencies"]?.Items.Select(item => item.Text).OfType<string>() ?? [];

    /// <summary>The members of the workspace, as they are written; empty when this is no root of one.</summary>
    public IEnumerable<string> Members =>
        ((root["workspace"]?["members"] ?? root["workspace"])?.ScalarOrItems() ?? []).Select(item => item.Text).OfType<string>();

    /// <summary>The packages that are imported, without registry and version: <c>npm:pg@8</c> is <c>pg</c>, each with its line.</summary>
    public IEnumerable<(string Name, int Line)> Imports
    {
        get
        {
            foreach (var (key, value) in root["imports"]?.Entries ?? [])
            {
                if (value.Text is { } specifier && Package(specifier) is { Length: > 0 } name)
                {
                    yield return (name, key.Line);
                }
            }
        }
    }

    private static string? Package(string specifier)
    {
        var colon = specifier.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || specifier[..colon] is not ("npm" or "jsr"))
        {
            return null;
        }

        var name = specifier[(colon + 1)..].TrimStart('/');
        var version = name.IndexOf('@', Math.Min(1, name.Length));
        return version < 0 ? name.TrimEnd('/') : name[..version];
    }
}
