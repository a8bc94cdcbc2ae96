namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>The checksum at the end of GitHub's and npm's tokens: CRC-32 of the random part in six base-62 digits.</summary>
/// <remarks>GitHub, "Behind GitHub's new authentication token formats", 2021.</remarks>
internal static class Base62Checksum
{
    public const int Length = 6;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <param name="body">The token after its prefix, checksum included.</param>
    public static bool IsValid(ReadOnlySpan<char> body) => body.Length > Length && body[^Length..].SequenceEqual(Of(body[..^Length]));

    /// <summary>CRC-32 (IEEE 802.3) of an ASCII text.</summary>
    public static uint Crc32(ReadOnlySpan<char> text)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var character in text)
        {
            crc ^= (byte)character;
            for (var bit = 0; bit < 8; bit++)
            {
                // The reflected polynomial of IEEE 802.3.
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320u;
            }
        }

        return ~crc;
    }

    /// <summary>The checksum of an ASCII text.</summary>
    public static string Of(ReadOnlySpan<char> random)
    {
        var crc = Crc32(random);
        Span<char> digits = stackalloc char[Length];
        for (var index = Length - 1; index >= 0; index--)
        {
            digits[index] = Digits[(int)(crc % 62)];
            crc /= 62;
        }

        return new(digits);
    }
}
