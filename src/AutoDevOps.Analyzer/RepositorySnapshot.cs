using System.Collections.Concurrent;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Policies;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Analyzer;

/// <summary>The files of a repository at one moment, with limits: the only input of the analyzer.</summary>
/// <remarks>Files come in ordinal order of their paths, so that nothing downstream depends on how a disk lists them.</remarks>
public sealed class RepositorySnapshot
{
    private readonly List<SnapshotFile> _listed;
    private readonly List<Diagnostic> _diagnostics;
    private readonly Dictionary<string, SnapshotFile> _byPath;
    private readonly ILookup<string, SnapshotFile> _byName;
    private readonly Lazy<ILookup<string, SnapshotFile>> _byFolder;

    public RepositorySnapshot(IEnumerable<SnapshotFile> entries, IEnumerable<Diagnostic>? diagnostics = null)
        : this(entries, diagnostics, organization: null)
    {
    }

    private RepositorySnapshot(IEnumerable<SnapshotFile> entries, IEnumerable<Diagnostic>? diagnostics, RepositoryPolicy? organization)
    {
        _listed = [.. entries.OrderBy(file => file.Path, StringComparer.Ordinal)];
        (Policy, PolicyProblems) = PolicyFile.Of(_listed);
        Organization = organization;
        Entries = Passed(_listed, organization, Policy);
        Files = [.. Entries.Where(file => file.IsRead)];
        _diagnostics = [.. diagnostics ?? []];
        var parsed = new ParsedDocuments();
        foreach (var file in Files)
        {
            file.Parsed = parsed;
        }

        _byPath = Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        _byName = Files.ToLookup(file => file.Name, StringComparer.Ordinal);
        _byFolder = new(() => Files.ToLookup(file => file.Directory, StringComparer.Ordinal));
    }

    /// <summary>Everything that was listed, also what is not read.</summary>
    public IReadOnlyList<SnapshotFile> Entries { get; }

    /// <summary>The files whose text detectors and rules may read.</summary>
    public IReadOnlyList<SnapshotFile> Files { get; }

    /// <summary>What people decided about this repository.</summary>
    public RepositoryPolicy Policy { get; }

    /// <summary>What the organization holds all of its repositories to; null: nothing, or nobody asked it.</summary>
    public RepositoryPolicy? Organization { get; }

    /// <summary>All that must allow what is done, and each of which may require something.</summary>
    public IEnumerable<RepositoryPolicy> Policies => Organization is null ? [Policy] : [Organization, Policy];

    /// <summary>What CI must do, each kind once, with the first policy that says so.</summary>
    internal IEnumerable<(CommandKind Kind, RepositoryPolicy Policy)> Required =>
        Policies.SelectMany(policy => policy.Required.Select(kind => (kind, policy))).DistinctBy(required => required.kind).OrderBy(required => required.kind);

    /// <summary>What the repository's own policy switches off although the organization requires it.</summary>
    internal IEnumerable<CommandOverride> SwitchedOff =>
        Policy.Commands.Where(command => command.Run is null && Organization?.Required.Contains(command.Kind) == true);

    /// <summary>What is wrong with the repository's own policy; then nothing of that holds.</summary>
    public IReadOnlyList<Diagnostic> PolicyProblems { get; }

    /// <summary>Whether these are all files of a repository, so that the absence of one says something. False for single files, and for a
    /// folder inside a repository: rules about a repository do not run on them.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>What went wrong while listing, and so far while reading.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics =>
        [.. _diagnostics, .. PolicyProblems, .. Files.Where(file => file.Changed is not null).Select(file => new Diagnostic(file.Path, 0, $"Cannot be read: {file.Changed}"))];

    public Coverage Coverage => new(
        Entries.Count,
        Files.Count(file => file.Changed is null),
        [.. Entries.Where(file => !file.IsRead || file.Changed is not null)
            .GroupBy(file => file.IsRead ? FileKind.Unreadable : file.Kind)
            .OrderBy(group => group.Key)
            .Select(group => new Skipped(group.Key, group.Count()))]);

    /// <summary>The same files under an organization's policy.</summary>
    public RepositorySnapshot Under(RepositoryPolicy organization) => new(_listed, _diagnostics, organization) { IsWhole = IsWhole };

    /// <summary>The same files with something to say about them.</summary>
    public RepositorySnapshot With(Diagnostic diagnostic) => new(_listed, [.. _diagnostics, diagnostic], Organization) { IsWhole = IsWhole };

    /// <summary>The repository as it would be with these files in it, under the same policies.</summary>
    public RepositorySnapshot With(IReadOnlyCollection<SnapshotFile> files) =>
        new([.. _listed.ExceptBy(files.Select(file => file.Path), file => file.Path, StringComparer.Ordinal), .. files], diagnostics: null, Organization);

    /// <summary>The readable file at exactly this path, or null.</summary>
    public SnapshotFile? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>Readable files with this file name, in any folder.</summary>
    public IEnumerable<SnapshotFile> Named(string name) => _byName[name];

    /// <summary>Readable files below a folder (<c>""</c> is the root), at any depth.</summary>
    public IEnumerable<SnapshotFile> Under(string folder)
    {
        if (folder.Length == 0)
        {
            return Files;
        }

        // In ordinal order what begins alike stands together: after all that is less, before all that is not less than with the next character.
        var (first, end) = (FirstFrom(folder + "/"), FirstFrom(folder + (char)('/' + 1)));
        return Enumerable.Range(first, end - first).Select(index => Files[index]);
    }

    /// <summary>Readable files directly in a folder (<c>""</c> is the root).</summary>
    public IEnumerable<SnapshotFile> In(string folder) => _byFolder.Value[folder];

    /// <summary>The number of files whose path comes before this one.</summary>
    private int FirstFrom(string path)
    {
        var (low, high) = (0, Files.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(Files[middle].Path, path) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>A snapshot of files given as text, for tests and for files that exist only as a proposal.</summary>
    public static RepositorySnapshot FromText(params IEnumerable<(string Path, string Text)> files) =>
        new(files.Select(file => SnapshotFile.FromText(file.Path, file.Text)));

    // The policy itself is always read. So is what an organization's is about, unless that ignores it: a repository that ignored its workflows
    // would be held to nothing.
    private static List<SnapshotFile> Passed(List<SnapshotFile> listed, RepositoryPolicy? organization, RepositoryPolicy own)
    {
        IReadOnlyList<string> shared = organization?.Ignore ?? [];
        if (shared.Count + own.Ignore.Count == 0)
        {
            return listed;
        }

        var (everywhere, here) = (Matching(shared), Matching([.. shared, .. own.Ignore]));
        return [.. listed.Select(file => file.IsRead && file.Path != PolicyFile.Name
            && (organization is not null && Workflow.IsWorkflowOrActionPath(file) ? everywhere : here)(file.Path) ? file.Passed() : file)];
    }

    /// <summary>Whether patterns match a file's path, as git ignores: nothing below an ignored folder is taken back.</summary>
    internal static Func<string, bool> Matching(IReadOnlyList<string> patterns)
    {
        var ignored = GitIgnore.None.With("", patterns, out _);
        var folders = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal) { [""] = false };
        return path => IsIgnored(RepositoryPath.Parent(path)) || ignored.IsIgnored(path, isFolder: false);

        bool IsIgnored(string folder)
        {
            if (!folders.TryGetValue(folder, out var isIgnored))
            {
                isIgnored = IsIgnored(RepositoryPath.Parent(folder)) || ignored.IsIgnored(folder, isFolder: true);
                folders[folder] = isIgnored;
            }

            return isIgnored;
        }
    }
}
