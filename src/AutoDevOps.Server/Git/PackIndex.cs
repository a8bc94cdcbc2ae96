using System.Buffers.Binary;

namespace AutoDevOps.Server.Git;

/// <summary>Where a pack has which object.</summary>
/// <remarks>Version 2 of https://git-scm.com/docs/pack-format, "Pack .idx files": a header, 256 running totals by first byte, and for
/// each object, in the order of ids, its id, its checksum and its place.</remarks>
internal sealed class PackIndex
{
    private const int HeaderBytes = 8;
    private const int FanOutBytes = 256 * 4;
    private const int ChecksumBytes = 4;
    private const int OffsetBytes = 4;
    private const uint IsLong = 0x80000000;

    private static readonly byte[] Header = [0xff, (byte)'t', (byte)'O', (byte)'c', 0, 0, 0, 2];

    private readonly byte[] _bytes;

    private PackIndex(byte[] bytes, int count) => (_bytes, Count) = (bytes, count);

    public int Count { get; }

    /// <exception cref="GitException">It is not an index of version 2.</exception>
    public static PackIndex Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < HeaderBytes + FanOutBytes || !bytes.AsSpan().StartsWith(Header))
        {
            throw GitException.Damaged("An index of a pack is not of version 2.");
        }

        var before = 0u;
        for (var first = 0; first < 256; first++)
        {
            var total = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(HeaderBytes + (4 * first)));
            before = total >= before ? total : throw GitException.Damaged("An index of a pack is out of order.");
        }

        var least = HeaderBytes + FanOutBytes + ((long)before * (ObjectId.Size + ChecksumBytes + OffsetBytes)) + (2 * ObjectId.Size);
        return bytes.Length >= least ? new PackIndex(bytes, (int)before) : throw GitException.Damaged("An index of a pack is too short.");
    }

    /// <summary>Where the object begins in the pack; null when it is not there.</summary>
    public long? Find(ObjectId id)
    {
        var (low, high) = (id.FirstByte == 0 ? 0 : Total(id.FirstByte - 1), Total(id.FirstByte) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = new ObjectId(_bytes.AsSpan(HeaderBytes + FanOutBytes + (middle * ObjectId.Size))).CompareTo(id);
            if (order == 0)
            {
                return Offset(middle);
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Writes the index of a pack.</summary>
    /// <param name="entries">In the order of their ids.</param>
    /// <param name="packChecksum">The last bytes of the pack.</param>
    public static async Task WriteAsync(string path, IReadOnlyList<Entry> entries, byte[] packChecksum, CancellationToken cancellationToken)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA1);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        foreach (var part in Parts(entries, packChecksum))
        {
            hash.AppendData(part.Span);
            await file.WriteAsync(part, cancellationToken);
        }

        await file.WriteAsync(hash.GetHashAndReset(), cancellationToken);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Parts(IReadOnlyList<Entry> entries, byte[] packChecksum)
    {
        yield return Header;
        var totals = new byte[FanOutBytes];
        for (var (first, at) = (0, 0); first < 256; first++)
        {
            while (at < entries.Count && entries[at].Id.FirstByte == first)
            {
                at++;
            }

            BinaryPrimitives.WriteInt32BigEndian(totals.AsSpan(4 * first), at);
        }

        yield return totals;
        yield return Column(entries, ObjectId.Size, (entry, bytes) => entry.Id.CopyTo(bytes));
        yield return Column(entries, ChecksumBytes, (entry, bytes) => BinaryPrimitives.WriteUInt32BigEndian(bytes, entry.Crc));
        List<long> far = [];
        yield return Column(entries, OffsetBytes, (entry, bytes) =>
        {
            var isFar = entry.Offset >= IsLong;
            BinaryPrimitives.WriteUInt32BigEndian(bytes, isFar ? IsLong | (uint)far.Count : (uint)entry.Offset);
            if (isFar)
            {
                far.Add(entry.Offset);
            }
        });
        yield return Column(far, sizeof(long), (offset, bytes) => BinaryPrimitives.WriteInt64BigEndian(bytes, offset));
        yield return packChecksum;
    }

    private static byte[] Column<T>(IReadOnlyList<T> rows, int width, Writer<T> write)
    {
        var bytes = new byte[rows.Count * width];
        for (var row = 0; row < rows.Count; row++)
        {
            write(rows[row], bytes.AsSpan(row * width, width));
        }

        return bytes;
    }

    private int Total(int firstByte) => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(HeaderBytes + (4 * firstByte)));

    private long Offset(int row)
    {
        var start = HeaderBytes + FanOutBytes + (Count * (ObjectId.Size + ChecksumBytes));
        var offset = BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(start + (row * OffsetBytes)));
        if ((offset & IsLong) == 0)
        {
            return offset;
        }

        var far = start + ((long)Count * OffsetBytes) + ((offset & ~IsLong) * (long)sizeof(long));
        return far + sizeof(long) <= _bytes.Length
            ? BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan((int)far))
            : throw GitException.Damaged("An index of a pack leads beyond itself.");
    }

    /// <param name="Crc">Of the object as the pack has it, header and all.</param>
    internal readonly record struct Entry(ObjectId Id, uint Crc, long Offset);

    private delegate void Writer<in T>(T row, Span<byte> bytes);
}
