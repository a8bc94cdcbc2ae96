using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>A <c>package.json</c> with what detectors ask of it.</summary>
internal sealed class NodePackage(SnapshotFile file, DataNode root)
{
    private static readonly string[] DependencyKinds = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

    /// <summary>Of the names of clients in all ecosystems those that are Node's.</summary>
    private static readonly string[] Clients = ["ioredis", "redis", "@redis/client", "pg", "postgres", "mysql", "mysql2", "mongodb", "mongoose", "bull", "bullmq", "amqplib", "kafkajs", "tedious", "memjs", "nats"];

    public SnapshotFile File => file;

    public string Folder => file.Directory;

    public DataNode Root => root;

    public string Name => root["name"]?.Text is { Length: > 0 } name ? name : Folder.Length == 0 ? "root" : Path.GetFileName(Folder);

    /// <summary>The scripts in the order of the file, the last of a repeated name.</summary>
    public IEnumerable<(DataNode Key, string Body)> Scripts =>
        (root["scripts"]?.Entries ?? [])
            .Where(entry => entry.Key.Text is not null && entry.Value.Text is not null)
            .GroupBy(entry => entry.Key.Text, StringComparer.Ordinal)
            .Select(group => (group.Last().Key, group.Last().Value.Text!));

    public IEnumerable<string> Dependencies =>
        DependencyKinds.SelectMany(kind => root[kind]?.Entries ?? []).Select(entry => entry.Key.Text).OfType<string>();

    /// <summary>Where a dependency is declared, or null. Peers are somebody else's to install.</summary>
    public Evidence? Dependency(string name)
    {
        var key = DependencyKinds.Take(3).Select(kind => root[kind]?.Key(name)).FirstOrDefault(key => key is not null);
        return key is null ? null : Cite.At(file, key.Line);
    }

    /// <summary>The same, or where the package says its own name: a client of a service is tested against that service.</summary>
    public Evidence? DependencyOrSelf(string name) =>
        Dependency(name) ?? (name == Name && Clients.Contains(name) && root.Key("name") is { } own ? Cite.At(file, own.Line) : null);

    public DataNode? Script(string name) => root["scripts"]?[name] is { Text: not null } ? root["scripts"]!.Key(name) : null;
}
