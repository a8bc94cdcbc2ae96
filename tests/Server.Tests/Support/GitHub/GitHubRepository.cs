using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Server.Tests.Support.GitHub;

/// <summary>A repository of the double: commits with their files, and objects with the ids that git gives them.</summary>
internal sealed class GitHubRepository(long id, string owner, string name)
{
    private readonly Dictionary<string, (string Kind, byte[] Content)> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _trees = new(StringComparer.Ordinal);

    public long Id => id;

    public string Owner { get; set; } = owner;

    public string Name { get; set; } = name;

    public string FullName => $"{Owner}/{Name}";

    public bool IsPrivate { get; set; }

    public bool IsArchived { get; set; }

    /// <summary>What GitHub says of whoever asks: that they may write to it, or read it only.</summary>
    public bool MayPush { get; set; } = true;

    /// <summary>Whether they may see and make hooks.</summary>
    public bool MayAdminister { get; set; } = true;

    public string DefaultBranch { get; set; } = "main";

    /// <summary>Who may see and write it; a public one everybody sees.</summary>
    public HashSet<string> Collaborators { get; } = [owner];

    /// <summary>Names that it had before: they lead here.</summary>
    public HashSet<string> FormerNames { get; } = [];

    /// <summary>Paths that archives leave out, as <c>export-ignore</c> says.</summary>
    public HashSet<string> ExportIgnored { get; } = [];

    public Dictionary<string, string> Branches { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Commit> Commits { get; } = new(StringComparer.Ordinal);

    /// <summary>Puts files on a branch, in a commit of their own; what is null is removed.</summary>
    /// <returns>The commit.</returns>
    public string Push(string branch, params (string Path, string? Text)[] changes) =>
        Push(branch, [.. changes.Select(change => (change.Path, change.Text is null ? null : Encoding.UTF8.GetBytes(change.Text)))]);

    /// <inheritdoc cref="Push(string, ValueTuple{string, string}[])"/>
    public string Push(string branch, IReadOnlyList<(string Path, byte[]? Content)> changes)
    {
        var parent = Branches.GetValueOrDefault(branch) ?? Branches.GetValueOrDefault(DefaultBranch);
        var files = parent is null ? [] : new Dictionary<string, string>(Commits[parent].Files, StringComparer.Ordinal);
        foreach (var (path, content) in changes)
        {
            if (content is null)
            {
                files.Remove(path);
            }
            else
            {
                files[path] = Store("blob", content);
            }
        }

        return Branches[branch] = AddCommit(files, parent is null ? [] : [parent], $"Change {Commits.Count + 1}");
    }

    public string AddCommit(Dictionary<string, string> files, IReadOnlyList<string> parents, string message)
    {
        var tree = StoreTree(files.Select(file => (file.Key.Split('/'), file.Value)).ToList());
        var text = $"tree {tree}\n{string.Concat(parents.Select(parent => $"parent {parent}\n"))}author D <d@example.com> {1700000000 + Commits.Count} +0000\ncommitter D <d@example.com> {1700000000 + Commits.Count} +0000\n\n{message}\n";
        var sha = Store("commit", Encoding.UTF8.GetBytes(text));
        Commits[sha] = new Commit(sha, tree, parents, files, message);
        return sha;
    }

    /// <summary>Path to content of a tree that a commit has, or that <see cref="StoreTree(IReadOnlyDictionary{string, string})"/> stored.</summary>
    public IReadOnlyDictionary<string, string>? FilesOf(string tree) =>
        _trees.GetValueOrDefault(tree) ?? Commits.Values.FirstOrDefault(commit => commit.Tree == tree)?.Files;

    /// <summary>Stores a tree that no commit has yet.</summary>
    public string StoreTree(IReadOnlyDictionary<string, string> files)
    {
        var tree = StoreTree(files.Select(file => (file.Key.Split('/'), file.Value)).ToList());
        _trees[tree] = files;
        return tree;
    }

    public string Store(string kind, byte[] content)
    {
#pragma warning disable CA5350 // Git's ids are made with it.
        var sha = Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"{kind} {content.Length}\0"), .. content]));
#pragma warning restore CA5350
        _objects[sha] = (kind, content);
        return sha;
    }

    public byte[]? Find(string kind, string sha) => _objects.TryGetValue(sha, out var found) && found.Kind == kind ? found.Content : null;

    /// <summary>What a name stands for: a branch, a commit, or the head of a pull request.</summary>
    public Commit? Resolve(string reference) =>
        Commits.GetValueOrDefault(reference == "HEAD" ? Branches.GetValueOrDefault(DefaultBranch) ?? "" : Branches.GetValueOrDefault(reference.Replace("refs/heads/", "", StringComparison.Ordinal)) ?? reference);

    private string StoreTree(List<(string[] Parts, string Sha)> files)
    {
        var entries = files.GroupBy(file => file.Parts[0], StringComparer.Ordinal).Select(group => group.Count() == 1 && group.Single().Parts.Length == 1
            ? (Mode: "100644", Name: group.Key, Sort: group.Key, group.Single().Sha)
            : (Mode: "40000", Name: group.Key, Sort: group.Key + "/", Sha: StoreTree([.. group.Select(file => (file.Parts[1..], file.Sha))])));
        using var content = new MemoryStream();
        foreach (var entry in entries.OrderBy(entry => entry.Sort, StringComparer.Ordinal))
        {
            content.Write(Encoding.UTF8.GetBytes($"{entry.Mode} {entry.Name}\0"));
            content.Write(Convert.FromHexString(entry.Sha));
        }

        return Store("tree", content.ToArray());
    }

    /// <param name="Files">Path to the id of its content.</param>
    internal sealed record Commit(string Sha, string Tree, IReadOnlyList<string> Parents, IReadOnlyDictionary<string, string> Files, string Message);
}
