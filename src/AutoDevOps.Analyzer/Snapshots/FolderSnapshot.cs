using MAB.DotIgnore;

namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>Takes a snapshot of a folder on disk, leaving out what <c>.gitignore</c> files leave out.</summary>
public static class FolderSnapshot
{
    /// <summary>Lists a folder and reads the start of each file; the rest is read when it is asked for.</summary>
    /// <exception cref="SnapshotException">There is no such folder, it cannot be listed, or nothing is in it.</exception>
    public static RepositorySnapshot Read(string root, SnapshotLimits limits, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(root);
        if (File.Exists(full))
        {
            throw new SnapshotException($"'{root}' is a file. Give the folder of a repository.");
        }

        if (!Directory.Exists(full))
        {
            throw new SnapshotException($"'{root}' does not exist. Give the folder of a repository.");
        }

        var walk = new FolderWalk(full, limits, cancellationToken);
        var snapshot = walk.Run();
        if (snapshot.Entries.Count == 0 && snapshot.Diagnostics.Count > 0)
        {
            throw new SnapshotException($"'{root}' cannot be read: {snapshot.Diagnostics[0].Message}");
        }

        return snapshot.Entries.Count > 0
            ? snapshot
            : throw new SnapshotException($"'{root}' has no files (that .gitignore leaves in). Give the folder of a repository.");
    }

    /// <summary>A snapshot of single files, named relative to the root where they lie below it.</summary>
    /// <exception cref="SnapshotException">One of them does not exist.</exception>
    public static RepositorySnapshot ReadFiles(string root, IEnumerable<string> paths, SnapshotLimits? limits = null)
    {
        var entries = new Dictionary<string, SnapshotFile>(StringComparer.Ordinal);
        var diagnostics = new List<Diagnostic>();
        foreach (var path in paths)
        {
            var full = Path.GetFullPath(path, Path.GetFullPath(root));
            if (Directory.Exists(full))
            {
                throw new SnapshotException($"'{path}' is a folder. Give one folder, or files only.");
            }

            if (!File.Exists(full))
            {
                throw new SnapshotException($"'{path}' does not exist.");
            }

            var relative = Path.GetRelativePath(root, full).Replace('\\', '/');
            entries[relative] = FolderWalk.Entry(relative, new FileInfo(full), limits ?? SnapshotLimits.Default, diagnostics);
        }

        return new RepositorySnapshot(entries.Values, diagnostics);
    }
}

/// <summary>One walk over a folder: links are listed and not followed, repositories inside are listed and not entered.</summary>
internal sealed class FolderWalk(string root, SnapshotLimits limits, CancellationToken cancellationToken)
{
    private readonly List<SnapshotFile> _entries = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private long _total;
    private int _beyond;

    public RepositorySnapshot Run()
    {
        Walk(new DirectoryInfo(root), "", new IgnoreList());
        if (_beyond > 0)
        {
            _diagnostics.Add(new("", 0, $"The repository has more than {limits.MaxFiles} files; {_beyond} were not looked at."));
        }

        return new RepositorySnapshot(_entries, _diagnostics);
    }

    internal static SnapshotFile Entry(string path, FileInfo file, SnapshotLimits limits, List<Diagnostic> diagnostics)
    {
        if (file.LinkTarget is not null)
        {
            return Unread(path, 0, FileKind.Link);
        }

        if (SnapshotClassifier.ByName(path, file.Length, limits) is { } known)
        {
            return Unread(path, file.Length, known);
        }

        try
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            Span<byte> head = stackalloc byte[SnapshotClassifier.HeadBytes];
            var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            var full = file.FullName;
            return new SnapshotFile(path, file.Length, SnapshotClassifier.ByContent(path, head[..length]), () => Load(full));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(new(path, 0, $"Cannot be read: {problem.Message}"));
            return Unread(path, file.Length, FileKind.Unreadable);
        }
    }

    private void Walk(DirectoryInfo folder, string prefix, IgnoreList inherited)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileSystemInfo[] children;
        try
        {
            children = folder.GetFileSystemInfos();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _diagnostics.Add(new(prefix.TrimEnd('/'), 0, $"The folder cannot be listed: {problem.Message}"));
            return;
        }

        Array.Sort(children, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        var ignored = Ignored(inherited, prefix, children);
        foreach (var child in children)
        {
            var path = prefix + child.Name;
            var isFolder = child.Attributes.HasFlag(FileAttributes.Directory) && child.LinkTarget is null;
            if (child.Name == ".git" || ignored.IsIgnored(path, isFolder))
            {
                continue;
            }

            if (!isFolder)
            {
                Add(path, child);
            }
            else if (Path.Exists(Path.Combine(child.FullName, ".git")))
            {
                _entries.Add(Unread(path, 0, FileKind.Submodule));
            }
            else
            {
                Walk((DirectoryInfo)child, path + "/", ignored);
            }
        }
    }

    private void Add(string path, FileSystemInfo child)
    {
        if (_entries.Count >= limits.MaxFiles)
        {
            _beyond++;
            return;
        }

        // A pipe or a device would block whoever opens it.
        if (child is not FileInfo file || (file.LinkTarget is null && file.Attributes.HasFlag(FileAttributes.Device)))
        {
            _entries.Add(Unread(path, 0, child.LinkTarget is null ? FileKind.Unreadable : FileKind.Link));
            return;
        }

        var entry = Entry(path, file, limits, _diagnostics);
        if (entry.IsRead && (_total += entry.Size) > limits.MaxTotalBytes)
        {
            entry = Unread(path, entry.Size, FileKind.OverTotal);
        }

        _entries.Add(entry);
    }

    /// <summary>The rules of the folders above with those of this folder's own <c>.gitignore</c>, whose patterns are relative to it.</summary>
    private static IgnoreList Ignored(IgnoreList inherited, string prefix, FileSystemInfo[] children)
    {
        if (Array.Find(children, child => child.Name == ".gitignore") is not FileInfo { Length: < 1024 * 1024, LinkTarget: null } file)
        {
            return inherited;
        }

        var list = inherited.Clone();
        foreach (var line in File.ReadLines(file.FullName).Select(line => line.TrimEnd('\r')))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var negated = line[0] == '!';
            var pattern = negated ? line[1..] : line;
            // Without an inner slash a pattern holds at any depth below its folder; with one it is anchored to the folder.
            var anchored = pattern.TrimEnd('/').Contains('/', StringComparison.Ordinal);
            var scoped = prefix.Length == 0 ? pattern : $"/{prefix}{(anchored ? "" : "**/")}{pattern.TrimStart('/')}";
            list.AddRule((negated ? "!" : "") + scoped);
        }

        return list;
    }

    private static SnapshotFile Unread(string path, long size, FileKind kind) => new(path, size, kind, () => []);

    private static byte[] Load(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotChangedException(path, problem);
        }
    }
}

/// <summary>A file was there when the folder was listed, and cannot be read any more.</summary>
public sealed class SnapshotChangedException(string path, Exception inner) : IOException($"'{Path.GetFileName(path)}' changed while it was examined.", inner);
