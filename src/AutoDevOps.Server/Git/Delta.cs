namespace AutoDevOps.Server.Git;

/// <summary>Rebuilds an object from another one and the difference to it.</summary>
/// <remarks>The format: https://git-scm.com/docs/pack-format, "Deltified representation".</remarks>
internal static class Delta
{
    /// <summary>The most bytes that the two sizes at the start of a delta take.</summary>
    public const int MaxHeaderBytes = 20;

    /// <summary>Reads the size of what the delta makes.</summary>
    /// <exception cref="GitException">The delta is malformed.</exception>
    public static long ResultSize(ReadOnlySpan<byte> delta)
    {
        var at = 0;
        ReadSize(delta, ref at);
        return ReadSize(delta, ref at);
    }

    /// <param name="maxBytes">What the result may have at most.</param>
    /// <exception cref="GitException">The delta is malformed, belongs to another base, or makes too much.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> source, ReadOnlySpan<byte> delta, long maxBytes)
    {
        var at = 0;
        if (ReadSize(delta, ref at) != source.Length)
        {
            throw GitException.Damaged("A delta belongs to an object of another size.");
        }

        var size = ReadSize(delta, ref at);
        if (size > maxBytes)
        {
            throw new GitException(GitFailure.TooLarge);
        }

        var result = new byte[size];
        var filled = 0;
        while (at < delta.Length)
        {
            var command = delta[at++];
            var piece = (command & 0x80) != 0 ? Copied(source, delta, command, ref at) : Inserted(delta, command, ref at);
            if (piece.Length > result.Length - filled)
            {
                throw GitException.Damaged("A delta makes more than it says.");
            }

            piece.CopyTo(result.AsSpan(filled));
            filled += piece.Length;
        }

        return filled == result.Length ? result : throw GitException.Damaged("A delta makes less than it says.");
    }

    private static ReadOnlySpan<byte> Inserted(ReadOnlySpan<byte> delta, byte length, ref int at)
    {
        if (length == 0 || length > delta.Length - at)
        {
            throw GitException.Damaged("A delta has an insertion that is not there.");
        }

        at += length;
        return delta.Slice(at - length, length);
    }

    // Seven bits say which bytes of the place and the length follow; those that do not are zero.
    private static ReadOnlySpan<byte> Copied(ReadOnlySpan<byte> source, ReadOnlySpan<byte> delta, byte command, ref int at)
    {
        long offset = 0;
        var length = 0;
        for (var bit = 0; bit < 7; bit++)
        {
            if ((command & (1 << bit)) == 0)
            {
                continue;
            }

            if (at == delta.Length)
            {
                throw GitException.Damaged("A delta ends within an instruction.");
            }

            if (bit < 4)
            {
                offset |= (long)delta[at++] << (8 * bit);
            }
            else
            {
                length |= delta[at++] << (8 * (bit - 4));
            }
        }

        length = length == 0 ? 0x10000 : length;
        return offset + length <= source.Length
            ? source.Slice((int)offset, length)
            : throw GitException.Damaged("A delta copies what its base does not have.");
    }

    private static long ReadSize(ReadOnlySpan<byte> delta, ref int at)
    {
        long size = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            if (at == delta.Length)
            {
                throw GitException.Damaged("A delta ends within a size.");
            }

            var next = delta[at++];
            size |= (long)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return size;
            }
        }

        throw GitException.Damaged("A delta has a size without an end.");
    }
}
