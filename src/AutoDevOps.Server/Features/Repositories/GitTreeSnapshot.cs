using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Server.Git;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Takes a snapshot of what a commit holds, straight from git's objects. Nothing is checked out, so there is nothing that
/// hooks, filters, attributes or links could act on.</summary>
internal static class GitTreeSnapshot
{
    /// <summary>Lists a commit's files and reads the start of each; the rest is read when it is asked for.</summary>
    /// <param name="isComplete">Whether every file must be there; else one whose content is missing is told, and the others are read.</param>
    /// <exception cref="GitException">The commit, one of its folders or the start of a file is malformed or missing.</exception>
    public static RepositorySnapshot Read(
        ObjectStore objects, ObjectId commit, SnapshotLimits limits, bool isComplete, CancellationToken cancellationToken) =>
        new TreeWalk(objects, limits, isComplete, cancellationToken).Run(TreeReader.TreeOf(objects, commit));
}

/// <summary>One walk over a tree, in the order in which a folder is walked.</summary>
internal sealed class TreeWalk(ObjectStore objects, SnapshotLimits limits, bool isComplete, CancellationToken cancellationToken)
{
    // A tree may hold the same tree ten times, and that one another: ten levels are ten billion folders. Real ones are far below.
    private const int MaxFolders = 100_000;
    private const int MaxDepth = 256;

    private readonly List<SnapshotFile> _entries = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private long _total;
    private int _folders;
    private int _beyond;

    public RepositorySnapshot Run(ObjectId root)
    {
        Walk(root, "", depth: 0);
        if (_beyond > 0)
        {
            _diagnostics.Add(new("", 0, $"The repository has more than {limits.MaxFiles} files; {_beyond} were not looked at."));
        }

        if (_folders > MaxFolders)
        {
            _diagnostics.Add(new("", 0, $"The repository has more than {MaxFolders} folders; the others were not looked at."));
        }

        return new RepositorySnapshot(_entries, _diagnostics);
    }

    private void Walk(ObjectId tree, string prefix, int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (++_folders > MaxFolders)
        {
            return;
        }

        if (depth > MaxDepth)
        {
            _diagnostics.Add(new(prefix.TrimEnd('/'), 0, $"The folder lies deeper than {MaxDepth} others and was not looked at."));
            return;
        }

        foreach (var entry in TreeReader.Entries(objects, tree).OrderBy(entry => entry.Kind == TreeEntryKind.Folder).ThenBy(entry => entry.Name, StringComparer.Ordinal))
        {
            // As git does itself: no folder of this name is ever a part of a repository.
            if (entry.Name == ".git")
            {
                continue;
            }

            if (entry.Name is "" or "." or ".." || entry.Name.Contains('/', StringComparison.Ordinal))
            {
                _diagnostics.Add(new(prefix.TrimEnd('/'), 0, "The folder has an entry whose name leads elsewhere; it was not looked at."));
            }
            else if (entry.Kind == TreeEntryKind.Folder)
            {
                Walk(entry.Id, $"{prefix}{entry.Name}/", depth + 1);
            }
            else
            {
                Add(prefix + entry.Name, entry);
            }
        }
    }

    private void Add(string path, TreeEntry entry)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_entries.Count >= limits.MaxFiles)
        {
            _beyond++;
            return;
        }

        if (!_paths.Add(path))
        {
            _diagnostics.Add(new(path, 0, "Another file has the same name, but for bytes that are no text; this one was not looked at."));
            return;
        }

        var file = File(path, entry);
        if (file.IsRead && (_total += file.Size) > limits.MaxTotalBytes)
        {
            file = Unread(path, file.Size, FileKind.OverTotal);
        }

        _entries.Add(file);
    }

    private SnapshotFile File(string path, TreeEntry entry) => entry.Kind switch
    {
        TreeEntryKind.Link => Unread(path, 0, FileKind.Link),
        TreeEntryKind.Submodule => Unread(path, 0, FileKind.Submodule),
        TreeEntryKind.File when objects.Find(entry.Id) is { Kind: ObjectKind.Blob } blob => Blob(path, entry, blob.Size),
        TreeEntryKind.File when isComplete => throw GitException.Damaged($"The content {entry.Id} of a file is missing."),
        TreeEntryKind.File => Unreadable(path, "The file's content is not among the objects of the repository."),
        _ => Unreadable(path, "The file is of an unknown kind."),
    };

    private SnapshotFile Blob(string path, TreeEntry entry, long size)
    {
        if (SnapshotClassifier.ByName(path, size, limits) is { } known)
        {
            return Unread(path, size, known);
        }

        var start = objects.ReadStart(entry.Id, SnapshotClassifier.HeadBytes);
        return new SnapshotFile(path, size, SnapshotClassifier.ByContent(path, start.Span), () => objects.Read(entry.Id, ObjectKind.Blob)) { IsExecutable = entry.IsExecutable };
    }

    private SnapshotFile Unreadable(string path, string why)
    {
        _diagnostics.Add(new(path, 0, why));
        return Unread(path, 0, FileKind.Unreadable);
    }

    private static SnapshotFile Unread(string path, long size, FileKind kind) => new(path, size, kind, () => []);
}
