using System.Buffers;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Tells what a machine drew from what a person wrote.</summary>
internal static class Randomness
{
    private static readonly SearchValues<char> SmallHex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> LargeHex = SearchValues.Create("0123456789ABCDEF");

    /// <summary>Whether capitals, small letters and digits follow each other as in random base 62: in words and identifiers they change less
    /// often.</summary>
    public static bool IsMixed(ReadOnlySpan<char> value)
    {
        var (digits, upper, lower, changes) = (0, 0, 0, 0);
        for (var index = 0; index < value.Length; index++)
        {
            var kind = Kind(value[index]);
            digits += kind == 1 ? 1 : 0;
            upper += kind == 2 ? 1 : 0;
            lower += kind == 3 ? 1 : 0;
            changes += index > 0 && kind != Kind(value[index - 1]) ? 1 : 0;
        }

        return digits >= 2 && upper >= 2 && lower >= 2 && changes * 20 >= value.Length * 9;
    }

    /// <summary>Whether this is nothing but hexadecimal digits, both figures and letters, of one case.</summary>
    public static bool IsHex(ReadOnlySpan<char> value) =>
        (!value.ContainsAnyExcept(SmallHex) || !value.ContainsAnyExcept(LargeHex)) && value.ContainsAnyInRange('0', '9') && value.ContainsAnyExceptInRange('0', '9');

    private static int Kind(char character) =>
        char.IsAsciiDigit(character) ? 1 : char.IsAsciiLetterUpper(character) ? 2 : char.IsAsciiLetterLower(character) ? 3 : 4;
}
