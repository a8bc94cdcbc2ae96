namespace AutoDevOps.Analyzer.Detectors.Rust;

/// <summary>What one run of Cargo covers: a workspace with its members, or a package that belongs to none.</summary>
/// <param name="Members">The packages, the root's own included; all share the root's lock file and <c>target</c> folder.</param>
/// <param name="Sources">The Rust files, those of other projects further down left out.</param>
internal sealed record CargoProject(CargoManifest Root, IReadOnlyList<CargoManifest> Members, IReadOnlyList<SnapshotFile> Sources)
{
    public string Folder => Root.Folder;

    /// <summary>Whether <c>--workspace</c> adds something to what Cargo does by itself: a root that names its default members has chosen.</summary>
    public bool NeedsWorkspaceFlag => Root.Workspace is { } workspace && workspace["default-members"] is null && (Members.Count > 1 || Root.Package is null);

    /// <summary>Every project of a repository that has code, in the order of their folders.</summary>
    /// <remarks>Cargo looks for a workspace in the folders around a package ("Workspaces", the Cargo Book): whatever lies below a workspace's
    /// root belongs to it, unless the root excludes it or it is a root itself.</remarks>
    public static IReadOnlyList<CargoProject> Find(DetectionContext context)
    {
        var manifests = context.Snapshot.Named("Cargo.toml")
            .Where(file => !RepositoryPath.IsSample(file.Directory))
            .Select(file => CargoManifest.Read(file, context.Report)).OfType<CargoManifest>()
            .Where(manifest => !manifest.IsFuzzTarget && (manifest.Package is not null || manifest.Workspace is not null))
            .ToList();
        var workspaces = manifests.Where(manifest => manifest.Workspace is not null).ToDictionary(manifest => manifest.Folder, StringComparer.Ordinal);
        var owners = manifests.ToDictionary(manifest => manifest, manifest => Owner(manifest, workspaces));
        var roots = owners.Where(entry => entry.Key == entry.Value).Select(entry => entry.Key).ToList();
        return
        [
            .. roots.Select(root => new CargoProject(root, [.. manifests.Where(manifest => owners[manifest] == root && manifest.Package is not null)], SourcesOf(context, root, roots)))
                .Where(project => project.Sources.Count > 0),
        ];
    }

    /// <summary>The workspace's root that a package belongs to; itself if there is none.</summary>
    private static CargoManifest Owner(CargoManifest manifest, Dictionary<string, CargoManifest> workspaces)
    {
        if (manifest.Workspace is not null)
        {
            return manifest;
        }

        if (manifest.Package?["workspace"]?.Text is { } named && RepositoryPath.Combine(manifest.Folder, named) is { } folder && workspaces.TryGetValue(folder, out var pointed))
        {
            return pointed;
        }

        return RepositoryPath.Upwards(RepositoryPath.Parent(manifest.Folder))
            .Select(above => manifest.Folder.Length > 0 ? workspaces.GetValueOrDefault(above) : null)
            .FirstOrDefault(root => root is not null && !Excludes(root, manifest)) ?? manifest;
    }

    private static bool Excludes(CargoManifest root, CargoManifest manifest) =>
        root.Workspace!["exclude"]?.ScalarOrItems().Any(item => RepositoryPath.Combine(root.Folder, item.Text!) is { Length: > 0 } folder && RepositoryPath.IsWithin(manifest.Folder, folder)) == true;

    private static List<SnapshotFile> SourcesOf(DetectionContext context, CargoManifest root, List<CargoManifest> roots)
    {
        var nested = roots.Where(other => other != root && RepositoryPath.IsWithin(other.Folder, root.Folder)).Select(other => other.Folder).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. context.Snapshot.Under(root.Folder).Where(file => file.Extension == ".rs"
                && !RepositoryPath.IsSample(file.Directory)
                && (nested.Count == 0 || !RepositoryPath.Upwards(file.Directory).Any(nested.Contains))),
        ];
    }
}
