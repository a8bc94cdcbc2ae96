namespace AutoDevOps.Server.Git;

/// <summary>The checksum at the end of zlib data (RFC 1950).</summary>
internal static class Adler32
{
    public const uint Start = 1;

    private const uint Modulus = 65521;

    // As many bytes as can be added before 32 bits overflow.
    private const int Stretch = 5552;

    public static uint Append(uint adler, ReadOnlySpan<byte> bytes)
    {
        var (sum, sums) = (adler & 0xffff, adler >> 16);
        while (bytes.Length > 0)
        {
            var stretch = bytes[..Math.Min(Stretch, bytes.Length)];
            foreach (var value in stretch)
            {
                sum += value;
                sums += sum;
            }

            (sum, sums) = (sum % Modulus, sums % Modulus);
            bytes = bytes[stretch.Length..];
        }

        return (sums << 16) | sum;
    }
}

/// <summary>The checksum that an index of a pack has for each object (CRC-32 as in zlib).</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Step((uint)value))];

    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (var value in bytes)
        {
            crc = Table[(byte)crc ^ value] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint Step(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? (value >> 1) ^ 0xedb88320 : value >> 1;
        }

        return value;
    }
}
