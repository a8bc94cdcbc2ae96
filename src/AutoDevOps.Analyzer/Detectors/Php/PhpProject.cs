using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Php;

/// <summary>What a <c>composer.json</c> says.</summary>
internal sealed class PhpProject
{
    private readonly DataNode _root;

    private PhpProject(SnapshotFile file, DataNode root)
    {
        File = file;
        _root = root;
    }

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    /// <summary>The name after the vendor's.</summary>
    public string Name =>
        _root["name"]?.Text?.Split('/')[^1] is { Length: > 0 } name ? name : Folder.Length == 0 ? "root" : Path.GetFileName(Folder);

    /// <summary>Whether it is more than a list of tools in a folder of their own.</summary>
    public bool IsProject => Folder.Length == 0 || _root["name"] is not null || _root["autoload"] is not null || _root["scripts"] is not null;

    public IEnumerable<(string Name, Evidence Place)> Requires =>
        new[] { "require", "require-dev" }.SelectMany(section => _root[section]?.Entries ?? [])
            .Where(entry => entry.Key.Text is not null)
            .Select(entry => (entry.Key.Text!.ToLowerInvariant(), Cite.At(File, entry.Key.Line)));

    public IEnumerable<(string Name, DataNode Key, DataNode Value)> Scripts =>
        (_root["scripts"]?.Entries ?? []).Where(entry => entry.Key.Text is { Length: > 0 }).Select(entry => (entry.Key.Text!, entry.Key, entry.Value));

    /// <summary>Whether this package stands in the place of another, as the whole of a repository does for the parts that are published by themselves.</summary>
    public bool Replaces(PhpProject part) => part._root["name"]?.Text is { } name && _root["replace"]?.Key(name) is not null;

    public DataNode? PhpRange => _root.At("require", "php") ?? _root.At("require", "php-64bit");

    public DataNode? PlatformPhp => _root.At("config", "platform", "php");

    /// <summary>Where programs of packages are put, relative to the folder.</summary>
    public string BinFolder => _root.At("config", "bin-dir")?.Text?.TrimEnd('/') is { Length: > 0 } folder && Commands.SafeName.IsSafe(folder) ? folder : "vendor/bin";

    public static PhpProject? Read(DetectionContext context, SnapshotFile file)
    {
        var document = file.Json();
        return document.Root is { Kind: NodeKind.Mapping } root ? new(file, root) : null;
    }

    /// <summary>Where one of these packages is required, or null.</summary>
    public Evidence? Require(params ReadOnlySpan<string> packages)
    {
        foreach (var package in packages)
        {
            if ((_root["require"]?.Key(package) ?? _root["require-dev"]?.Key(package)) is { } key)
            {
                return Cite.At(File, key.Line);
            }
        }

        return null;
    }
}
