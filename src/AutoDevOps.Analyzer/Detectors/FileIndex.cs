namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Which files exist, those that are never read included: a lock file may be too large or binary and still be there.</summary>
internal sealed class FileIndex(RepositorySnapshot snapshot)
{
    private readonly HashSet<string> _paths = snapshot.Entries.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);

    public bool Exists(string folder, string name) => _paths.Contains(RepositoryPath.File(folder, name));

    /// <summary>Readable files directly in a folder, in ordinal order.</summary>
    public IEnumerable<SnapshotFile> In(string folder) => snapshot.In(folder);
}
