using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace AutoDevOps.Server.Git;

/// <summary>Reads objects of one pack, at places that an index knows. Many threads may use it at once.</summary>
internal sealed class PackReader : IDisposable
{
    /// <summary>Bytes that one object may have to be held in memory: one to read, and one that it is made from.</summary>
    public const int MaxObjectBytes = 100 * 1024 * 1024;

    // Git itself makes chains of 50, and refuses those of more than 4095.
    private const int MaxChain = 4096;

    private readonly SafeFileHandle _file;
    private readonly Func<ObjectId, long?> _find;
    private readonly DeltaBaseCache _cache;
    private readonly WorkLimit? _work;

    /// <param name="path">The pack, complete.</param>
    /// <param name="find">Where the pack has an object, for differences that name their base by id.</param>
    /// <param name="cache">Keeps what other objects are made from; may be shared with other packs.</param>
    /// <param name="work">Counts what is decompressed and rebuilt; ends what takes too much.</param>
    public PackReader(string path, Func<ObjectId, long?> find, DeltaBaseCache cache, WorkLimit? work = null)
    {
        // Others may delete the file meanwhile; what was opened stays readable.
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        (_find, _cache, _work) = (find, cache, work);
        End = RandomAccess.GetLength(_file) - ObjectId.Size;
    }

    /// <summary>Where the objects end and the checksum begins.</summary>
    public long End { get; private set; }

    /// <exception cref="GitException">What stands there is no object.</exception>
    public PackEntry ReadEntry(long offset)
    {
        Span<byte> bytes = stackalloc byte[PackEntry.MaxBytes];
        var length = offset < 0 || offset >= End ? 0 : RandomAccess.Read(_file, bytes, offset);
        return PackEntry.Read(offset, bytes[..length]);
    }

    /// <summary>What the object is, without rebuilding it.</summary>
    public ObjectHeader ReadHeader(long offset)
    {
        var entry = ReadEntry(offset);
        if (entry.Kind is { } kind)
        {
            return new ObjectHeader(kind, entry.Size);
        }

        var size = Delta.ResultSize(Inflate(entry, Delta.MaxHeaderBytes));
        for (var length = 0; length < MaxChain; length++)
        {
            entry = ReadEntry(BaseOf(entry));
            if (entry.Kind is { } found)
            {
                return new ObjectHeader(found, size);
            }
        }

        throw GitException.Damaged("A chain of deltas has no end.");
    }

    /// <summary>The whole object.</summary>
    /// <exception cref="GitException">It is malformed, or larger than <see cref="MaxObjectBytes"/>.</exception>
    public GitObject Read(long offset)
    {
        var deltas = new Stack<(long Offset, PackEntry Entry)>();
        GitObject result;
        while (!_cache.TryGet((this, offset), out result))
        {
            var entry = ReadEntry(offset);
            if (entry.Kind is { } kind)
            {
                result = new GitObject(kind, Inflate(entry, entry.Size));
                _cache.Add((this, offset), result);
                break;
            }

            if (deltas.Count == MaxChain)
            {
                throw GitException.Damaged("A chain of deltas has no end.");
            }

            deltas.Push((offset, entry));
            offset = BaseOf(entry);
        }

        while (deltas.TryPop(out var delta))
        {
            var content = Delta.Apply(result.Content, Inflate(delta.Entry, delta.Entry.Size), MaxObjectBytes);
            _work?.Spend(content.Length);
            result = new GitObject(result.Kind, content);
            _cache.Add((this, delta.Offset), result);
        }

        return result;
    }

    /// <summary>The object's first bytes, at most so many; the rest may stay compressed.</summary>
    public ReadOnlyMemory<byte> ReadStart(long offset, int count)
    {
        var entry = ReadEntry(offset);
        if (entry.Kind is not null && !_cache.TryGet((this, offset), out _))
        {
            return Inflate(entry, count);
        }

        var content = Read(offset).Content;
        return content.AsMemory(0, Math.Min(count, content.Length));
    }

    /// <summary>Takes in objects that were written where the pack ended.</summary>
    public void Grow(long bytes) => End += bytes;

    public int ReadBytes(Span<byte> bytes, long offset) => RandomAccess.Read(_file, bytes, offset);

    public void Dispose() => _file.Dispose();

    private long BaseOf(PackEntry entry) =>
        entry.BaseOffset ?? _find(entry.BaseId!.Value) ?? throw GitException.Damaged($"The pack lacks {entry.BaseId}, which others are made from.");

    /// <summary>Decompresses the first bytes of an entry; fewer only where it has fewer.</summary>
    private byte[] Inflate(PackEntry entry, long count)
    {
        count = Math.Min(count, entry.Size);
        if (count > MaxObjectBytes)
        {
            throw new GitException(GitFailure.TooLarge);
        }

        var bytes = new byte[count];
        _work?.Spend(count);
        try
        {
            using var zlib = new ZLibStream(new PackStream(this, entry.DataOffset), CompressionMode.Decompress);
            zlib.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw GitException.Damaged("An object in a pack does not decompress.", exception);
        }
    }
}
