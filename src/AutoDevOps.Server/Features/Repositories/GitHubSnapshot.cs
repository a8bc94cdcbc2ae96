using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Makes a snapshot of what a commit's tree lists and the contents that are here. Contents are read when they are asked for.</summary>
/// <param name="leftOut">How many contents could not be fetched; these files are listed and not read.</param>
internal sealed class GitHubSnapshot(IReadOnlyList<GitHubTree.Entry> entries, BlobFolder blobs, SnapshotLimits limits, int leftOut)
{
    private readonly List<SnapshotFile> _files = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private long _total;

    /// <exception cref="IOException">A content is not there any more.</exception>
    public RepositorySnapshot Read()
    {
        foreach (var entry in entries.Take(limits.MaxFiles))
        {
            if (entry.Path.Split('/').Any(part => part is "" or "." or ".." or ".git"))
            {
                _diagnostics.Add(new("", 0, "An entry's path leads elsewhere; it was not looked at."));
            }
            else if (_paths.Add(entry.Path))
            {
                Add(entry);
            }
        }

        if (entries.Count > limits.MaxFiles)
        {
            _diagnostics.Add(new("", 0, $"The repository has more than {limits.MaxFiles} files; {entries.Count - limits.MaxFiles} were not looked at."));
        }

        if (leftOut > 0)
        {
            _diagnostics.Add(new("", 0, $"GitHub's archive leaves {leftOut} more files out than are fetched one by one (export-ignore in .gitattributes); they were not read."));
        }

        return new RepositorySnapshot(_files, _diagnostics);
    }

    private void Add(GitHubTree.Entry entry)
    {
        var file = File(entry);
        if (file.IsRead && (_total += file.Size) > limits.MaxTotalBytes)
        {
            file = Unread(entry, FileKind.OverTotal);
        }

        _files.Add(file);
    }

    private SnapshotFile File(GitHubTree.Entry entry) => entry.Mode switch
    {
        "120000" => Unread(entry, FileKind.Link),
        "160000" => Unread(entry, FileKind.Submodule),
        _ when SnapshotClassifier.ByName(entry.Path, entry.Size, limits) is { } known => Unread(entry, known),
        _ when !blobs.Has(entry.Id) => Unread(entry, FileKind.Unreadable),
        _ => new SnapshotFile(
            entry.Path, entry.Size, SnapshotClassifier.ByContent(entry.Path, blobs.ReadStart(entry.Id, SnapshotClassifier.HeadBytes)), () => blobs.Read(entry.Id, entry.Path))
        {
            IsExecutable = entry.Mode == "100755",
        },
    };

    private static SnapshotFile Unread(GitHubTree.Entry entry, FileKind kind) =>
        new(entry.Path, kind is FileKind.Link or FileKind.Submodule ? 0 : entry.Size, kind, () => []);
}
