namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>One walk over a folder: links are listed and not followed, repositories inside are listed and not entered.</summary>
internal sealed class FolderWalk(string root, SnapshotLimits limits, CancellationToken cancellationToken)
{
    private const long MaxIgnoreFileBytes = 1024 * 1024;

    private readonly List<SnapshotFile> _entries = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private Lazy<TrackedFiles> _tracked = null!;
    private long _total;
    private int _beyond;

    public RepositorySnapshot Run()
    {
        var around = EnclosingRepository.Of(root);
        var ignored = around?.Ignored(ReadPatterns);
        around = ignored is null ? null : around;
        // Most folders of a clone have nothing that is ignored.
        _tracked = new(() => TrackedFiles.Of(around?.Root ?? root, _diagnostics.Add));
        Walk(new DirectoryInfo(root), "", ignored ?? GitIgnore.None, around?.Prefix ?? "", isIgnored: false);
        if (_beyond > 0)
        {
            _diagnostics.Add(new("", 0, $"The repository has more than {limits.MaxFiles} files; {_beyond} were not looked at."));
        }

        if (around is not null)
        {
            _diagnostics.Add(new("", 0, $"This folder is a part of the repository '{Path.GetFileName(around.Root)}': rules about a repository as a whole were not run."));
        }

        return new RepositorySnapshot(_entries, _diagnostics) { IsWhole = around is null };
    }

    /// <param name="around">The folders between the repository's root and the walk's, to put before a path that is matched.</param>
    /// <param name="isIgnored">Only what git tracks all the same is looked at.</param>
    private void Walk(DirectoryInfo folder, string prefix, GitIgnore inherited, string around, bool isIgnored)
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
        var ignored = Array.Exists(children, child => child.Name == ".gitignore")
            ? ReadPatterns(inherited, folder.FullName, around + prefix, prefix + ".gitignore")
            : inherited;
        // A folder's own files first: where only so many are looked at, what says what the whole is comes before what lies deep in it.
        foreach (var child in children.OrderBy(IsFolder))
        {
            var path = prefix + child.Name;
            var isFolder = IsFolder(child);
            var isOut = isIgnored || ignored.IsIgnored(around + path, isFolder);
            if (child.Name == ".git" || (isOut && !IsTracked(around + path, isFolder)))
            {
                continue;
            }

            if (!isFolder)
            {
                Add(path, child);
            }
            else if (Path.Exists(Path.Combine(child.FullName, ".git")))
            {
                _entries.Add(FolderEntry.Unread(path, 0, FileKind.Submodule));
            }
            else
            {
                Walk((DirectoryInfo)child, path + "/", ignored, around, isOut);
            }
        }
    }

    private bool IsTracked(string path, bool isFolder) => isFolder ? _tracked.Value.HasBelow(path) : _tracked.Value.Has(path);

    /// <summary>A folder that is no link to one. What went away since it was listed has no attributes, and is no folder.</summary>
    private static bool IsFolder(FileSystemInfo child) =>
        child is DirectoryInfo { LinkTarget: null, Exists: true };

    private void Add(string path, FileSystemInfo child)
    {
        if (_entries.Count >= limits.MaxFiles)
        {
            _beyond++;
            return;
        }

        // A link to a folder is a folder to .NET, and a link to us.
        var entry = FolderEntry.Read(path, child as FileInfo ?? new FileInfo(child.FullName), limits, _diagnostics);
        if (entry.IsRead && (_total += entry.Size) > limits.MaxTotalBytes)
        {
            entry = FolderEntry.Unread(path, entry.Size, FileKind.OverTotal);
        }

        _entries.Add(entry);
    }

    /// <summary>The patterns of the folders above with those of a folder's own <c>.gitignore</c>; if that cannot be used, that is said.</summary>
    private GitIgnore ReadPatterns(GitIgnore inherited, string folder, string prefix, string path)
    {
        var file = new FileInfo(Path.Combine(folder, ".gitignore"));
        try
        {
            // Git does not follow a link of this name either.
            if (!file.Exists || file.LinkTarget is not null)
            {
                return inherited;
            }

            if (file.Length > MaxIgnoreFileBytes)
            {
                _diagnostics.Add(new(path, 0, $"It is larger than {MaxIgnoreFileBytes} bytes, so nothing that it ignores was left out."));
                return inherited;
            }

            var result = inherited.With(prefix, File.ReadLines(file.FullName), out var isComplete);
            if (!isComplete)
            {
                _diagnostics.Add(new(path, 0, $"Only its first {GitIgnore.MaxPatterns} patterns were used."));
            }

            return result;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _diagnostics.Add(new(path, 0, $"Cannot be read, so nothing that it ignores was left out: {problem.Message}"));
            return inherited;
        }
    }
}
