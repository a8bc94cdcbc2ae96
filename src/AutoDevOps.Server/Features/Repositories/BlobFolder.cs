using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Server.Git;
using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Contents of files under the ids that git gives them: whatever is here under an id is what the id says.</summary>
internal sealed class BlobFolder(string path)
{
    private const string TemporaryPrefix = "incoming-";

    /// <summary>Makes it if it is not there, and clears away what broke off.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(path);
        foreach (var left in Directory.EnumerateFiles(path, TemporaryPrefix + "*"))
        {
            File.Delete(left);
        }
    }

    public bool Has(ObjectId id) => File.Exists(PathOf(id));

    /// <summary>Keeps a content, if it is the one.</summary>
    /// <returns>Whether it is: git's id of it is this one.</returns>
    public bool TryAdd(ObjectId id, ReadOnlySpan<byte> content)
    {
        if (!IsOf(id, content))
        {
            return false;
        }

        var target = PathOf(id);
        if (!File.Exists(target))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var temporary = Path.Combine(path, $"{TemporaryPrefix}{Guid.CreateVersion7():N}");
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(content);
            }

            File.Move(temporary, target, overwrite: true);
        }

        return true;
    }

    /// <summary>The first bytes, at most so many.</summary>
    /// <exception cref="IOException">It is not there any more.</exception>
    public byte[] ReadStart(ObjectId id, int most)
    {
        using var file = File.OpenRead(PathOf(id));
        var buffer = new byte[Math.Min(most, file.Length)];
        file.ReadExactly(buffer);
        return buffer;
    }

    /// <exception cref="SnapshotChangedException">It was evicted since the snapshot was taken.</exception>
    public byte[] Read(ObjectId id, string name)
    {
        try
        {
            var content = File.ReadAllBytes(PathOf(id));
            // A disk that failed, or a hand in the cache, must not become a finding.
            return IsOf(id, content) ? content : throw new SnapshotChangedException(name);
        }
        catch (IOException exception)
        {
            throw new SnapshotChangedException(name, exception);
        }
    }

    private static bool IsOf(ObjectId id, ReadOnlySpan<byte> content) => string.Equals(GitBlob.Id(content), id.ToString(), StringComparison.Ordinal);

    private string PathOf(ObjectId id)
    {
        var name = id.ToString();
        return Path.Combine(path, name[..2], name[2..]);
    }
}
