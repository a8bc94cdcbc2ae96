using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>Gradle's version catalog, <c>gradle/libs.versions.toml</c> ("Version Catalogs", the Gradle User Manual).</summary>
internal sealed class VersionCatalog
{
    private readonly SnapshotFile? _file;
    private readonly DataNode? _root;

    public VersionCatalog(DetectionContext context, string folder)
    {
        _file = context.Snapshot.Find(RepositoryPath.File(folder, "gradle/libs.versions.toml"));
        if (_file?.Toml() is { } document)
        {
            _root = document.Root;
        }
    }

    /// <summary>The libraries as <c>group:artifact</c>.</summary>
    public IEnumerable<(string Name, Evidence Place)> Libraries
    {
        get
        {
            foreach (var (key, value) in _root?["libraries"]?.Entries ?? [])
            {
                var module = value.Text ?? value["module"]?.Text ?? (value["group"]?.Text is { } group ? $"{group}:{value["name"]?.Text}" : null);
                if (module?.Split(':') is [{ Length: > 0 } owner, { Length: > 0 } name, ..])
                {
                    yield return ($"{owner}:{name}", Cite.At(_file!, key.Line));
                }
            }
        }
    }

    /// <summary>The plugin that an alias such as <c>libs.plugins.spotless</c> stands for; itself if it is none.</summary>
    public string Plugin(string id)
    {
        var at = id.IndexOf(".plugins.", StringComparison.Ordinal);
        return at < 0 ? id : Find("plugins", id[(at + ".plugins.".Length)..]) is { } found ? (found["id"]?.Text ?? found.Text ?? id).Split(':')[0] : id;
    }

    /// <summary>The version that <c>libs.versions.x</c> stands for, and where it is said; null if it is not known.</summary>
    public (SnapshotFile File, string Version, int Line)? Version(string reference)
    {
        const string Prefix = "libs.versions.";
        return reference.StartsWith(Prefix, StringComparison.Ordinal) && Find("versions", reference[Prefix.Length..]) is { Text: { } version } node ? (_file!, version, node.Line) : null;
    }

    /// <summary>In scripts dashes and underscores of an alias are written as dots.</summary>
    private DataNode? Find(string section, string alias) =>
        _root?[section]?.Entries.FirstOrDefault(entry => entry.Key.Text?.Replace('-', '.').Replace('_', '.') == alias.Replace('_', '.')).Value;
}
