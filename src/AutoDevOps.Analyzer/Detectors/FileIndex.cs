namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Which files exist, those that are never read included: a lock file may be too large or binary and still be there.</summary>
internal sealed class FileIndex
{
    private readonly HashSet<string> _paths;
    private readonly ILookup<string, SnapshotFile> _byFolder;

    public FileIndex(RepositorySnapshot snapshot)
    {
        _paths = snapshot.Entries.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        _byFolder = snapshot.Files.ToLookup(file => file.Directory, StringComparer.Ordinal);
    }

    public bool Exists(string folder, string name) => _paths.Contains(RepositoryPath.File(folder, name));

    /// <summary>Readable files directly in a folder, in ordinal order.</summary>
    public IEnumerable<SnapshotFile> In(string folder) => _byFolder[folder];
}
