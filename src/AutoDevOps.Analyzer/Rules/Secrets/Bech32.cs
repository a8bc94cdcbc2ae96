namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>The checksum of Bech32 (BIP 173), with which age ends its keys.</summary>
internal static class Bech32
{
    public const string Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    private static readonly uint[] Generators = [0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3];

    public static bool IsValid(string text)
    {
        var lower = text.ToLowerInvariant();
        var separator = lower.LastIndexOf('1');
        return separator > 0 && Remainder(lower[..separator], lower[(separator + 1)..]) == 1;
    }

    /// <summary>The six characters that make a text of this prefix and this data valid, in small letters.</summary>
    public static string Checksum(string prefix, string data)
    {
        var remainder = Remainder(prefix, data + "qqqqqq") ^ 1;
        return string.Create(6, remainder, static (text, value) =>
        {
            for (var index = 0; index < text.Length; index++)
            {
                text[index] = Digits[(int)((value >> (5 * (5 - index))) & 31)];
            }
        });
    }

    private static uint Remainder(string prefix, string data)
    {
        var remainder = 1u;
        foreach (var character in prefix)
        {
            remainder = Next(remainder, (uint)character >> 5);
        }

        remainder = Next(remainder, 0);
        foreach (var character in prefix)
        {
            remainder = Next(remainder, (uint)character & 31);
        }

        foreach (var character in data)
        {
            var digit = Digits.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0)
            {
                return 0;
            }

            remainder = Next(remainder, (uint)digit);
        }

        return remainder;
    }

    private static uint Next(uint remainder, uint value)
    {
        var top = remainder >> 25;
        remainder = ((remainder & 0x1FFFFFF) << 5) ^ value;
        for (var bit = 0; bit < 5; bit++)
        {
            remainder ^= ((top >> bit) & 1) == 0 ? 0 : Generators[bit];
        }

        return remainder;
    }
}
