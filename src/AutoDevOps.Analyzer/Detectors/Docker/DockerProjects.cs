using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Docker;

/// <summary>The folders that have images or a compose file and nothing else that builds them.</summary>
internal static class DockerProjects
{
    /// <summary>A repository of more is one of generated variants: a job for each would be a burden nobody asked for.</summary>
    private const int MaxFolders = 20;

    public static IReadOnlyList<string> Find(DetectionContext context)
    {
        var claimed = context.Snapshot.Entries.Where(OtherManifests.IsOne).Select(file => file.Directory).ToHashSet(StringComparer.Ordinal);

        // A folder around a project is claimed too: what lies at the root of a repository of several parts serves them.
        var around = claimed.SelectMany(RepositoryPath.Upwards).ToHashSet(StringComparer.Ordinal);
        var folders = context.Snapshot.Files.Where(file => Dockerfile.IsPath(file) || ComposeProject.Names.Contains(file.Name))
            .Where(file => !IsAside(file))
            .Select(file => file.Directory)
            .Where(folder => !around.Contains(folder) && !RepositoryPath.Upwards(folder).Any(claimed.Contains))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (folders.Count <= MaxFolders)
        {
            return folders;
        }

        context.Abstain(".", "component", $"{folders.Count} folders hold nothing but images; which of them to build, existing CI would have to say");
        return [];
    }

    private static bool IsAside(SnapshotFile file) =>
        file.IsTest || file.Directory.Split('/').Any(part => part.StartsWith('.')) || (file.Directory.Length > 0 && RepositoryPath.IsSample(file.Directory));
}
