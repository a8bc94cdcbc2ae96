namespace AutoDevOps.Server.Git;

/// <summary>What stands before the compressed bytes of one object in a pack.</summary>
/// <param name="Kind">Null: a difference to <paramref name="BaseOffset"/> or <paramref name="BaseId"/>.</param>
/// <param name="Size">Bytes of the content or of the difference, once decompressed.</param>
/// <param name="DataOffset">Where the compressed bytes begin.</param>
internal readonly record struct PackEntry(ObjectKind? Kind, long Size, long DataOffset, long? BaseOffset, ObjectId? BaseId)
{
    /// <summary>More than any header takes: ten bytes of size, and ten of an offset or twenty of an id.</summary>
    public const int MaxBytes = 32;

    private const int OffsetDelta = 6;
    private const int IdDelta = 7;

    /// <param name="offset">Where the entry begins in its pack.</param>
    /// <param name="bytes">From there.</param>
    /// <exception cref="GitException">It is malformed.</exception>
    public static PackEntry Read(long offset, ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        var first = Next(bytes, ref at);
        var type = (first >> 4) & 7;
        long size = first & 0x0f;
        for (var (shift, next) = (4, first); (next & 0x80) != 0; shift += 7)
        {
            if (shift > 56)
            {
                throw GitException.Damaged("An object in a pack has a size without an end.");
            }

            next = Next(bytes, ref at);
            size |= (long)(next & 0x7f) << shift;
        }

        switch (type)
        {
            case >= (int)ObjectKind.Commit and <= (int)ObjectKind.Tag:
                return new PackEntry((ObjectKind)type, size, offset + at, null, null);
            case OffsetDelta:
                var before = ReadDistance(bytes, ref at);
                return before > 0 && before < offset
                    ? new PackEntry(null, size, offset + at, offset - before, null)
                    : throw GitException.Damaged("A delta in a pack has no base.");
            case IdDelta when bytes.Length - at >= ObjectId.Size:
                return new PackEntry(null, size, offset + at + ObjectId.Size, null, new ObjectId(bytes[at..]));
            default:
                throw GitException.Damaged($"An object in a pack has the unknown type {type}.");
        }
    }

    /// <summary>What stands before a whole object.</summary>
    public static byte[] Header(ObjectKind kind, long size)
    {
        List<byte> bytes = [(byte)(((int)kind << 4) | (int)(size & 0x0f))];
        for (size >>= 4; size > 0; size >>= 7)
        {
            bytes[^1] |= 0x80;
            bytes.Add((byte)(size & 0x7f));
        }

        return [.. bytes];
    }

    // Big-endian, and one is added at each step, so that no number can be written in two ways.
    private static long ReadDistance(ReadOnlySpan<byte> bytes, ref int at)
    {
        var next = Next(bytes, ref at);
        long distance = next & 0x7f;
        while ((next & 0x80) != 0)
        {
            if (distance >= long.MaxValue >> 8)
            {
                throw GitException.Damaged("A delta in a pack has no base.");
            }

            next = Next(bytes, ref at);
            distance = ((distance + 1) << 7) | (long)(next & 0x7f);
        }

        return distance;
    }

    private static byte Next(ReadOnlySpan<byte> bytes, ref int at) =>
        at < bytes.Length ? bytes[at++] : throw GitException.Damaged("A pack ends within an object.");
}
