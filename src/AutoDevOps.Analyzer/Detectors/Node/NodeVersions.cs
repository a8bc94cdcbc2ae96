using System.Globalization;
using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Finds the versions of Node. A CI matrix states what is supported and wins; then the pins in the order the ecosystem reads
/// them (<c>.nvmrc</c>, <c>.node-version</c>, <c>.tool-versions</c>, mise, volta, <c>devEngines</c>), then CI's single version, then <c>engines</c>.</summary>
internal static class NodeVersions
{
    public static RuntimeVersion? Find(DetectionContext context, NodePackage package, NodePackage root)
    {
        var ci = CiRuntimes.Find(context, "node", ("actions/setup-node", "node-version"), ("NodeTool", "versionSpec"), ("UseNode", "version"), ("node/install", "node-version"));
        if (ci is { Versions.Count: > 1 })
        {
            return ci;
        }

        var pinned = RepositoryPath.Upwards(package.Folder).Select(folder => File(context, folder)).FirstOrDefault(found => found is not null)
            ?? Manifest(package) ?? Manifest(root);
        return pinned is null ? ci ?? Engines(package) ?? Engines(root)
            : ci is not null && ci.Versions[0] == pinned.Versions[0] ? pinned with { Evidence = [.. pinned.Evidence, .. ci.Evidence] } : pinned;
    }

    private static RuntimeVersion? File(DetectionContext context, string folder) =>
        VersionFiles.Single(context, folder, ".nvmrc", "node")
        ?? VersionFiles.Single(context, folder, ".node-version", "node")
        ?? VersionFiles.Tool(context, folder, "node", "nodejs", "node");

    private static RuntimeVersion? Manifest(NodePackage package)
    {
        var volta = package.Root.At("volta", "node");
        var engine = package.Root.At("devEngines", "runtime");
        var node = volta ?? (engine?["name"]?.Text == "node" ? engine["version"] : null);
        return node?.Text is { } text && VersionFiles.Concrete(text) is { } version
            ? new("node", [version], package.File.Path, 0.95, [Cite.At(package.File, node.Line)])
            : null;
    }

    /// <summary>An exact version is one; of a range, the lowest major of each alternative (see <see cref="VersionRange"/>).</summary>
    /// <remarks>A lone open bound (<c>&gt;=18</c>) says what may still run it, often written years ago, and promises every later release as
    /// well. Where its release gets no updates any more, the lowest even one that does stands for it: a pipeline on Node 18 neither is safe
    /// nor installs the tools of today. Whoever writes a version, <c>^18</c>, an upper bound or alternatives has named what is meant.</remarks>
    private static RuntimeVersion? Engines(NodePackage package)
    {
        if (package.Root.At("engines", "node") is not { Text: { } range } node)
        {
            return null;
        }

        var versions = VersionRange.IsExact(range) ? [range.TrimStart('=', 'v')]
            : VersionRange.IsOpen(range) ? [.. VersionRange.LowerBounds(range, 1).Select(Supported)]
            : VersionRange.LowerBounds(range, 1);
        return versions.Count == 0 ? null
            : new("node", versions, package.File.Path, VersionRange.IsExact(range) ? 0.9 : 0.6, [Cite.At(package.File, node.Line)]);
    }

    /// <summary>The release itself while it gets updates, else the next even one that does: odd ones never had long support.</summary>
    private static string Supported(string major)
    {
        if (!int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || EndOfLife.Of("node", major) is null)
        {
            return major;
        }

        for (number += number % 2; EndOfLife.Of("node", number.ToString(CultureInfo.InvariantCulture)) is not null; number += 2)
        {
        }

        return number.ToString(CultureInfo.InvariantCulture);
    }
}
