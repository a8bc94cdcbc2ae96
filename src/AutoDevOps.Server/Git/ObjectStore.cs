using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace AutoDevOps.Server.Git;

/// <summary>Reads the objects of a bare repository, from packs and single files, and nothing else of it: no configuration, no hooks.
/// Many threads may read at once.</summary>
/// <remarks>Every pack is opened at the start and stays open, so that a repository may be deleted while it is read. A snapshot reads for
/// as long as somebody has it; then the files are closed when the store is collected.</remarks>
internal sealed class ObjectStore : IDisposable
{
    private const long CacheBytes = 32 * 1024 * 1024;
    private const int MaxLooseHeader = 32;

    private readonly string _objects;
    private readonly List<(PackIndex Index, PackReader Reader)> _packs = [];

    private ObjectStore(string objects) => _objects = objects;

    /// <param name="gitDirectory">What would be <c>.git</c>, had it a working tree.</param>
    /// <exception cref="GitException">A pack is malformed.</exception>
    public static ObjectStore Open(string gitDirectory)
    {
        var store = new ObjectStore(Path.Combine(gitDirectory, "objects"));
        var cache = new DeltaBaseCache(CacheBytes);
        var packs = Path.Combine(store._objects, "pack");
        string[] indexes = Directory.Exists(packs) ? Directory.GetFiles(packs, "pack-*.idx") : [];
        foreach (var path in indexes.Order(StringComparer.Ordinal))
        {
            var index = PackIndex.Read(path);
            store._packs.Add((index, new PackReader(Path.ChangeExtension(path, ".pack"), index.Find, cache)));
        }

        return store;
    }

    /// <summary>What the object is; null when it is not here.</summary>
    /// <exception cref="GitException">It is malformed.</exception>
    public ObjectHeader? Find(ObjectId id) =>
        Locate(id) is var (pack, offset) ? pack.ReadHeader(offset)
        : LoosePath(id) is { } path ? ReadLoose(path, 0).Header
        : null;

    /// <summary>The object's content.</summary>
    /// <exception cref="GitException">It is not here, malformed, of another kind or too large.</exception>
    public byte[] Read(ObjectId id, ObjectKind kind)
    {
        var found = Locate(id) is var (pack, offset) ? pack.Read(offset)
            : LoosePath(id) is { } path ? ReadLoose(path)
            : throw GitException.Damaged($"The object {id} is missing.");
        return found.Kind == kind ? found.Content : throw GitException.Damaged($"The object {id} is a {ObjectHasher.Word(found.Kind)}, not a {ObjectHasher.Word(kind)}.");
    }

    /// <summary>The first bytes of the object's content, at most so many.</summary>
    /// <exception cref="GitException">It is not here or malformed.</exception>
    public ReadOnlyMemory<byte> ReadStart(ObjectId id, int count) =>
        Locate(id) is var (pack, offset) ? pack.ReadStart(offset, count)
        : LoosePath(id) is { } path ? ReadLoose(path, count).Content
        : throw GitException.Damaged($"The object {id} is missing.");

    public void Dispose() => _packs.ForEach(pack => pack.Reader.Dispose());

    private (PackReader Pack, long Offset)? Locate(ObjectId id)
    {
        foreach (var (index, reader) in _packs)
        {
            if (index.Find(id) is { } offset)
            {
                return (reader, offset);
            }
        }

        return null;
    }

    private string? LoosePath(ObjectId id)
    {
        var name = id.ToString();
        var path = Path.Combine(_objects, name[..2], name[2..]);
        return File.Exists(path) ? path : null;
    }

    private static GitObject ReadLoose(string path)
    {
        var (header, content) = ReadLoose(path, PackReader.MaxObjectBytes);
        return header.Size == content.Length ? new GitObject(header.Kind, content) : throw new GitException(GitFailure.TooLarge);
    }

    /// <param name="count">How much of the content is wanted; there may be less.</param>
    private static (ObjectHeader Header, byte[] Content) ReadLoose(string path, int count)
    {
        try
        {
            using var zlib = new ZLibStream(File.OpenRead(path), CompressionMode.Decompress);
            var header = ReadLooseHeader(zlib);
            var content = new byte[Math.Min(count, header.Size)];
            zlib.ReadExactly(content);
            return (header, content);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw GitException.Damaged($"The object {Path.GetFileName(path)} does not decompress.", exception);
        }
    }

    // Such as "blob 12", and a zero.
    private static ObjectHeader ReadLooseHeader(ZLibStream zlib)
    {
        Span<byte> bytes = stackalloc byte[MaxLooseHeader];
        var length = 0;
        for (; length < bytes.Length && zlib.ReadByte() is var next and > 0; length++)
        {
            bytes[length] = (byte)next;
        }

        var words = Encoding.ASCII.GetString(bytes[..length]).Split(' ');
        foreach (var kind in Enum.GetValues<ObjectKind>())
        {
            if (words.Length == 2 && words[0] == ObjectHasher.Word(kind) && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                return new ObjectHeader(kind, size);
            }
        }

        throw GitException.Damaged("An object in a file of its own does not begin like one.");
    }
}
