namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>Takes a snapshot of a folder on disk, leaving out what <c>.gitignore</c> files leave out.</summary>
public static class FolderSnapshot
{
    /// <summary>Lists a folder and reads the start of each file; the rest is read when it is asked for.</summary>
    /// <remarks>A folder inside a repository is a part of it: the <c>.gitignore</c> files above it hold, and rules about the repository as a
    /// whole do not run.</remarks>
    /// <exception cref="SnapshotException">There is no such folder, it cannot be listed, or nothing is in it.</exception>
    public static RepositorySnapshot Read(string root, SnapshotLimits limits, CancellationToken cancellationToken)
    {
        var full = FullPath(root, Directory.GetCurrentDirectory());
        if (File.Exists(full))
        {
            throw new SnapshotException($"'{root}' is a file. Give the folder of a repository.");
        }

        if (!Directory.Exists(full))
        {
            throw new SnapshotException($"'{root}' does not exist. Give the folder of a repository.");
        }

        var snapshot = new FolderWalk(full, limits, cancellationToken).Run();
        if (snapshot.Entries.Count > 0)
        {
            return snapshot;
        }

        throw new SnapshotException(snapshot.Diagnostics is [var first, ..]
            ? $"'{root}' cannot be read: {first.Message}"
            : $"'{root}' has no files (that .gitignore leaves in). Give the folder of a repository.");
    }

    /// <summary>A snapshot of single files, named relative to the root where they lie below it.</summary>
    /// <exception cref="SnapshotException">One of them does not exist or is a folder.</exception>
    public static RepositorySnapshot ReadFiles(string root, IEnumerable<string> paths, SnapshotLimits? limits = null)
    {
        var entries = new Dictionary<string, SnapshotFile>(StringComparer.Ordinal);
        var diagnostics = new List<Diagnostic>();
        foreach (var path in paths)
        {
            var full = FullPath(path, Path.GetFullPath(root));
            if (Directory.Exists(full))
            {
                throw new SnapshotException($"'{path}' is a folder. Give one folder, or files only.");
            }

            var file = new FileInfo(full);
            if (!file.Exists)
            {
                throw new SnapshotException($"'{path}' does not exist.");
            }

            var relative = Path.GetRelativePath(root, full).Replace('\\', '/');
            entries[relative] = FolderEntry.Read(relative, file, limits ?? SnapshotLimits.Default, diagnostics);
        }

        return new RepositorySnapshot(entries.Values, diagnostics) { IsWhole = false };
    }

    private static string FullPath(string path, string root)
    {
        if (path.Trim().Length == 0)
        {
            throw new SnapshotException("The path is empty. Give the folder of a repository; '.' is the current one.");
        }

        return path.Contains('\0', StringComparison.Ordinal)
            ? throw new SnapshotException("The path has a NUL character in it. Give the folder of a repository.")
            : Path.GetFullPath(path, root);
    }
}

/// <summary>A file was there when the folder was listed, and cannot be read any more.</summary>
public sealed class SnapshotChangedException(string path, Exception? inner = null)
    : IOException($"'{Path.GetFileName(path)}' changed while it was examined.", inner);
