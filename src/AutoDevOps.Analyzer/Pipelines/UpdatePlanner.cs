using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines.Runtimes;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Decides where an update tool must look: each folder that has dependencies of its own.</summary>
internal static class UpdatePlanner
{
    public static IReadOnlyList<PlannedUpdate> Plan(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var updates = new List<PlannedUpdate>();
        foreach (var component in model.Components)
        {
            if (component.PackageManager is { } manager && RuntimeCatalog.Find(component.Ecosystem)?.UpdateEcosystem(manager) is { } ecosystem)
            {
                // A workspace is updated where its lock file is, for all of its members at once.
                var folder = manager.LockFile is { } lockFile ? FolderOf(lockFile) : component.Path == "." ? "" : component.Path;
                updates.Add(new(ecosystem, "/" + folder, new(manager.Evidence, manager.Confidence)));
            }
        }

        foreach (var dockerfile in snapshot.Files.Where(file => file.Name == "Dockerfile" && !file.IsSample))
        {
            updates.Add(new("docker", "/" + dockerfile.Directory, Basis.File(dockerfile.Path)));
        }

        // The workflow that we generate has actions to keep current, so that this holds also before there is one.
        updates.Add(new("github-actions", "/", Basis.OfAll(model.Ci.Where(ci => ci is { Vendor: "github", IsGenerated: false }).Take(1).Select(ci => Basis.File(ci.Path)))));
        return
        [
            .. updates.DistinctBy(update => (update.Ecosystem, update.Folder))
                .OrderBy(update => update.Ecosystem, StringComparer.Ordinal)
                .ThenBy(update => update.Folder, StringComparer.Ordinal),
        ];
    }

    private static string FolderOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }
}
