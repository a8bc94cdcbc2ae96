using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace AutoDevOps.Server.Git;

/// <summary>Makes the index of a pack that came from somebody else: finds its objects, rebuilds those that are differences, and names
/// them all. What is wrong with the pack is found here, and never later.</summary>
/// <remarks>A "thin" pack has differences to objects that it lacks, because whoever asked for it has them. Those are added at its end, so
/// that each pack can be read by itself.</remarks>
internal sealed class PackIndexer : IDisposable
{
    private const int HeaderBytes = 12;
    private const int CountOffset = 8;
    private const long CacheBytes = 64 * 1024 * 1024;

    private readonly CancellationToken _cancellationToken;
    private readonly FileStream _file;
    private readonly PackReader _pack;
    private readonly ObjectStore? _known;
    private readonly WorkLimit _work;
    private readonly ObjectHasher _hasher = new();
    private readonly List<Found> _objects = [];
    private readonly Dictionary<ObjectId, long> _named = [];

    // Differences by what they are made from, until that is named.
    private readonly Dictionary<long, List<int>> _byBaseOffset = [];
    private readonly Dictionary<ObjectId, List<int>> _byBaseId = [];

    private PackIndexer(string path, ObjectStore? known, long maxWork, CancellationToken cancellationToken)
    {
        (_known, _cancellationToken) = (known, cancellationToken);
        _work = new WorkLimit(maxWork, cancellationToken);
        _file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        _pack = new PackReader(path, id => _named.TryGetValue(id, out var offset) ? offset : null, new DeltaBaseCache(CacheBytes), _work);
    }

    /// <summary>Checks a pack, completes it and writes its index.</summary>
    /// <param name="known">Has what the pack may lack; null: it must be complete.</param>
    /// <param name="maxObjects">A pack with more is refused.</param>
    /// <param name="maxWork">Bytes decompressed and rebuilt on the way; a pack that takes more is refused.</param>
    /// <returns>The checksum of the pack, which it is named by.</returns>
    /// <exception cref="GitException">The pack is malformed or too large.</exception>
    public static async Task<string> IndexAsync(
        string packPath, string indexPath, ObjectStore? known, int maxObjects, long maxWork, CancellationToken cancellationToken)
    {
        using var indexer = new PackIndexer(packPath, known, maxWork, cancellationToken);
        await indexer.CheckAsync();
        indexer.Scan(maxObjects);
        indexer.NameAll();
        var (entries, checksum) = await indexer.SealAsync();
        await PackIndex.WriteAsync(indexPath, entries, checksum, cancellationToken);
        return Convert.ToHexStringLower(checksum);
    }

    public void Dispose()
    {
        _file.Dispose();
        _pack.Dispose();
        _hasher.Dispose();
    }

    private async Task CheckAsync()
    {
        if (_pack.End < HeaderBytes)
        {
            throw GitException.Damaged("A pack does not begin like one.");
        }

        var (_, computed) = await ChecksumsAsync([]);
        var written = new byte[ObjectId.Size];
        _pack.ReadBytes(written, _pack.End);
        if (!computed.AsSpan().SequenceEqual(written))
        {
            throw GitException.Damaged("A pack's checksum is another.");
        }
    }

    private void Scan(int maxObjects)
    {
        var count = ReadCount();
        if (count > (uint)maxObjects)
        {
            throw new GitException(GitFailure.TooLarge);
        }

        using var scanner = new PackScanner(_pack, _work);
        long offset = HeaderBytes;
        for (var number = 0; number < count; number++)
        {
            var entry = _pack.ReadEntry(offset);
            var next = scanner.Pass(entry, out var id);
            _objects.Add(new Found(offset, id));
            if (entry.BaseOffset is { } baseOffset)
            {
                Wait(_byBaseOffset, baseOffset, number);
            }
            else if (entry.BaseId is { } baseId)
            {
                Wait(_byBaseId, baseId, number);
            }
            else
            {
                _named.TryAdd(id, offset);
            }

            offset = next;
        }

        if (offset != _pack.End)
        {
            throw GitException.Damaged("A pack has something after its last object.");
        }
    }

    private uint ReadCount()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (_pack.ReadBytes(header, 0) != HeaderBytes || !header.StartsWith("PACK"u8) || BinaryPrimitives.ReadUInt32BigEndian(header[4..]) is not (2 or 3))
        {
            throw GitException.Damaged("A pack does not begin like one.");
        }

        return BinaryPrimitives.ReadUInt32BigEndian(header[CountOffset..]);
    }

    private void NameAll()
    {
        var next = new Stack<int>();
        for (var number = _objects.Count - 1; number >= 0; number--)
        {
            if (_objects[number].Id != default)
            {
                next.Push(number);
            }
        }

        Name(next);
        while (_byBaseId.Keys.Where(id => _known?.Find(id) is not null).ToList() is { Count: > 0 } lacking)
        {
            foreach (var id in lacking)
            {
                Append(id);
                next.Push(_objects.Count - 1);
            }

            Name(next);
        }

        if (_byBaseOffset.Count > 0 || _byBaseId.Count > 0)
        {
            throw GitException.Damaged("A pack lacks objects that others in it are made from.");
        }
    }

    // From each object to those made from it, the last found first: its base was used just before, and is still in the cache.
    private void Name(Stack<int> next)
    {
        while (next.TryPop(out var number))
        {
            var found = _objects[number];
            if (found.Id == default)
            {
                found = found with { Id = _hasher.Of(_pack.Read(found.Offset)) };
                _objects[number] = found;
                _named.TryAdd(found.Id, found.Offset);
            }

            Release(_byBaseOffset, found.Offset, next);
            Release(_byBaseId, found.Id, next);
        }
    }

    private void Append(ObjectId id)
    {
        var kind = _known!.Find(id)!.Value.Kind;
        var content = _known.Read(id, kind);
        _work.Spend(content.Length);
        var offset = _pack.End;
        using var entry = new MemoryStream();
        entry.Write(PackEntry.Header(kind, content.Length));
        using (var zlib = new ZLibStream(entry, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(content);
        }

        if (content.Length == 0)
        {
            // For nothing, ZLibStream writes nothing: neither header, nor end, nor checksum.
            entry.Write([0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
        }

        RandomAccess.Write(_file.SafeFileHandle, entry.ToArray(), offset);
        RandomAccess.Write(_file.SafeFileHandle, new byte[ObjectId.Size], offset + entry.Length);
        _pack.Grow(entry.Length);
        _objects.Add(new Found(offset, id));
        _named.TryAdd(id, offset);
    }

    /// <summary>Computes what the index needs, and writes number and checksum of a pack that was completed.</summary>
    private async Task<(List<PackIndex.Entry> Entries, byte[] Checksum)> SealAsync()
    {
        var count = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(count, _objects.Count);
        RandomAccess.Write(_file.SafeFileHandle, count, CountOffset);
        var (crcs, checksum) = await ChecksumsAsync(_objects);
        RandomAccess.Write(_file.SafeFileHandle, checksum, _pack.End);
        return ([.. _objects.Select((found, number) => new PackIndex.Entry(found.Id, crcs[number], found.Offset)).OrderBy(entry => entry.Id)], checksum);
    }

    /// <summary>Reads the pack from its start to its end.</summary>
    /// <returns>The checksum of each of the objects, which follow on one another to the end, and of everything.</returns>
    private async Task<(uint[] Objects, byte[] Pack)> ChecksumsAsync(List<Found> objects)
    {
        var crcs = new uint[objects.Count];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        var buffer = new byte[256 * 1024];
        var number = -1;
        for (var position = 0L; position < _pack.End;)
        {
            var read = await RandomAccess.ReadAsync(
                _file.SafeFileHandle, buffer.AsMemory(0, (int)Math.Min(buffer.Length, _pack.End - position)), position, _cancellationToken);
            if (read == 0)
            {
                throw GitException.Damaged("A pack became shorter while it was read.");
            }

            hash.AppendData(buffer.AsSpan(0, read));
            for (var at = 0; at < read;)
            {
                var end = number + 1 < objects.Count ? objects[number + 1].Offset : _pack.End;
                var piece = buffer.AsSpan(at, (int)Math.Min(read - at, end - position));
                if (number >= 0)
                {
                    crcs[number] = Crc32.Append(crcs[number], piece);
                }

                (at, position) = (at + piece.Length, position + piece.Length);
                number += position == end ? 1 : 0;
            }
        }

        return (crcs, hash.GetHashAndReset());
    }

    private static void Wait<TKey>(Dictionary<TKey, List<int>> waiting, TKey forWhat, int number)
        where TKey : notnull
    {
        if (!waiting.TryGetValue(forWhat, out var others))
        {
            waiting.Add(forWhat, others = []);
        }

        others.Add(number);
    }

    private static void Release<TKey>(Dictionary<TKey, List<int>> waiting, TKey forWhat, Stack<int> next)
        where TKey : notnull
    {
        if (waiting.Remove(forWhat, out var released))
        {
            released.ForEach(next.Push);
        }
    }

    /// <param name="Id">Default until it is known.</param>
    private readonly record struct Found(long Offset, ObjectId Id);
}
