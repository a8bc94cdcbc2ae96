using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Rust;

/// <summary>What a <c>Cargo.toml</c> says (the Cargo Book, "The Manifest Format").</summary>
internal sealed class CargoManifest
{
    private static readonly string[] Sections = ["dependencies", "dev-dependencies", "build-dependencies"];

    /// <summary>Crates whose features decide which database they are clients of, and the crate that each feature brings.</summary>
    private static readonly (string Crate, string Feature, string Brings)[] Backends =
    [
        ("sqlx", "postgres", "sqlx-postgres"), ("sqlx", "mysql", "sqlx-mysql"), ("diesel", "postgres", "pq-sys"), ("diesel", "mysql", "mysqlclient-sys"),
        ("diesel-async", "postgres", "tokio-postgres"), ("diesel-async", "mysql", "mysql_async"), ("sea-orm", "sqlx-postgres", "sqlx-postgres"), ("sea-orm", "sqlx-mysql", "sqlx-mysql"),
    ];

    private readonly DataNode _root;

    private CargoManifest(SnapshotFile file, DataNode root)
    {
        File = file;
        _root = root;
        Dependencies = [.. ReadDependencies()];
    }

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    public DataNode? Package => _root["package"] ?? _root["project"];

    public DataNode? Workspace => _root["workspace"];

    /// <summary>A target of cargo-fuzz, which only its own tool and a nightly compiler build.</summary>
    public bool IsFuzzTarget => _root.At("package", "metadata", "cargo-fuzz") is { IsTrue: true };

    public string Name =>
        Package?["name"]?.Text is { Length: > 0 } name ? name
        : Folder.Length == 0 ? "root" : Path.GetFileName(Folder);

    /// <summary>Dependencies of every kind and platform with their lines, under the names of the crates themselves.</summary>
    public IReadOnlyList<(string Name, int Line)> Dependencies { get; }

    /// <summary>The place that names the manifest's package, or its workspace.</summary>
    public Evidence Place => Cite.At(File, Package?["name"]?.Line ?? _root.Key("workspace")?.Line ?? 0);

    /// <summary>The place of a table such as <c>lints.clippy</c>, or null.</summary>
    public Evidence? Table(params ReadOnlySpan<string> keys) =>
        _root.At(keys) is { Kind: NodeKind.Mapping, Entries: [var first, ..] } ? Cite.At(File, first.Key.Line) : null;

    /// <summary>A value of the package or, if the package inherits it or there is none, of the workspace.</summary>
    public (string Text, int Line)? Value(string key) =>
        (Package?[key] is { Text: not null } own ? own : _root.At("workspace", "package", key)) is { Text: { } text } node ? (text, node.Line) : null;

    /// <summary>Null after reporting why the file is not TOML.</summary>
    public static CargoManifest? Read(SnapshotFile file, Action<Diagnostic> report)
    {
        var document = file.Toml();
        return document.Root is { Kind: NodeKind.Mapping } root ? new(file, root) : null;
    }

    private IEnumerable<(string Name, int Line)> ReadDependencies()
    {
        var tables = Sections.Select(section => _root[section])
            .Append(_root.At("workspace", "dependencies"))
            .Concat((_root["target"]?.Entries ?? []).SelectMany(target => Sections.Select(section => target.Value[section])));
        foreach (var (key, value) in tables.SelectMany(table => table?.Entries ?? []))
        {
            if (key.Text is not { Length: > 0 } alias)
            {
                continue;
            }

            var name = value["package"]?.Text ?? alias;
            yield return (name, key.Line);
            foreach (var feature in value["features"]?.ScalarOrItems() ?? [])
            {
                foreach (var backend in Backends.Where(backend => backend.Crate == name && backend.Feature == feature.Text))
                {
                    yield return (backend.Brings, feature.Line);
                }
            }
        }
    }
}
