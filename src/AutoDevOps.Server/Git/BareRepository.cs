namespace AutoDevOps.Server.Git;

/// <summary>A bare repository that single commits are fetched into. Git itself can read it; nothing of it is ever run.</summary>
/// <remarks>A commit is there when its file below <c>refs/snapshots</c> is, which is written last: whatever broke off before leaves
/// nothing that anybody would look for.</remarks>
internal sealed class BareRepository(string path)
{
    private const string TemporaryPrefix = "incoming-";

    private readonly string _packs = Path.Combine(path, "objects", "pack");
    private readonly string _snapshots = Path.Combine(path, "refs", "snapshots");

    public bool Exists => Directory.Exists(_snapshots);

    public int PackCount => Directory.Exists(_packs) ? Directory.EnumerateFiles(_packs, "pack-*.idx").Count() : 0;

    /// <summary>The commits that are there, each with all its files and without its history; the newest first.</summary>
    public IReadOnlyList<ObjectId> Commits() =>
        !Exists ? [] : [.. new DirectoryInfo(_snapshots).EnumerateFiles()
            .OrderByDescending(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => (IsId: ObjectId.TryParse(file.Name, out var id), Id: id)).Where(file => file.IsId).Select(file => file.Id)];

    /// <summary>Makes it if it is not there, and clears away what fetches left that broke off.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(_packs);
        Directory.CreateDirectory(_snapshots);
        foreach (var left in Directory.EnumerateFiles(_packs, TemporaryPrefix + "*"))
        {
            File.Delete(left);
        }

        File.WriteAllText(Path.Combine(path, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
        File.WriteAllText(Path.Combine(path, "HEAD"), "ref: refs/heads/none\n");
    }

    public ObjectStore Open() => ObjectStore.Open(path);

    /// <summary>Takes in a pack, after a look at every object in it.</summary>
    /// <param name="receive">Writes the pack.</param>
    /// <param name="index">Writes the index of the pack at the first path to the second, and answers with the checksum of the pack.</param>
    public async Task AddPackAsync(Func<Stream, Task> receive, Func<string, string, Task<string>> index)
    {
        var temporary = Path.Combine(_packs, $"{TemporaryPrefix}{Guid.CreateVersion7():N}");
        await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
        {
            await receive(file);
        }

        var name = Path.Combine(_packs, $"pack-{await index(temporary, temporary + ".idx")}");
        File.Move(temporary, name + ".pack", overwrite: true);
        File.Move(temporary + ".idx", name + ".idx", overwrite: true);
    }

    /// <summary>Says that a commit is there.</summary>
    public void AddCommit(ObjectId commit)
    {
        // Without this, git would look for the parents, which were not fetched.
        File.WriteAllLines(Path.Combine(path, "shallow"), Commits().Append(commit).Distinct().Select(id => id.ToString()));
        File.WriteAllText(Path.Combine(_snapshots, commit.ToString()), $"{commit}\n");
    }
}
