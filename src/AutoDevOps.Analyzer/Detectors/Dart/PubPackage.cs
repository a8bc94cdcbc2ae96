using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Dart;

/// <summary>What a <c>pubspec.yaml</c> says.</summary>
internal sealed class PubPackage
{
    private readonly DataNode _root;

    private PubPackage(SnapshotFile file, DataNode root)
    {
        File = file;
        _root = root;
    }

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    public string Name => _root["name"]?.Text is { Length: > 0 } name ? name : Folder.Length == 0 ? "root" : Path.GetFileName(Folder);

    /// <summary>Whether it needs the SDK of Flutter, which has Dart's in it.</summary>
    public bool IsFlutter => _root.At("dependencies", "flutter", "sdk") is not null || _root.At("dev_dependencies", "flutter_test", "sdk") is not null || _root.At("environment", "flutter") is not null;

    /// <summary>The members of a workspace, relative to the folder.</summary>
    public IEnumerable<string> Members => _root["workspace"]?.Items.Select(item => item.Text).OfType<string>() ?? [];

    /// <summary>Whether dependencies are resolved, and locked, for the whole workspace.</summary>
    public bool IsMember => _root["resolution"]?.Text == "workspace";

    public DataNode? DartRange => _root.At("environment", "sdk");

    public DataNode? FlutterRange => _root.At("environment", "flutter");

    public DataNode? Melos => _root["melos"];

    public Evidence NamePlace => Cite.At(File, _root["name"]?.Line ?? 0);

    public IEnumerable<string> Requires =>
        new[] { "dependencies", "dev_dependencies" }.SelectMany(section => _root[section]?.Entries ?? []).Select(entry => entry.Key.Text).OfType<string>();

    public static PubPackage? Read(DetectionContext context, SnapshotFile file)
    {
        var document = file.Yaml();
        return document.Root is { Kind: NodeKind.Mapping } root && (root["name"] is not null || root["environment"] is not null) ? new(file, root) : null;
    }

    public Evidence? Require(string package) =>
        (_root["dependencies"]?.Key(package) ?? _root["dev_dependencies"]?.Key(package)) is { } key ? Cite.At(File, key.Line) : null;
}
