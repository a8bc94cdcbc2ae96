using System.Globalization;

namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>Numbers as expressions write them, and as texts are converted to them.</summary>
internal static class ExpressionNumber
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>The number a text stands for: decimal, with an exponent, <c>0x</c> hexadecimal or <c>0o</c> octal; 0 for an empty text and NaN
    /// for what is no number.</summary>
    public static double Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            return 0;
        }

        if (trimmed.StartsWith("0x", StringComparison.Ordinal))
        {
            return Digits(trimmed.AsSpan(2), 16);
        }

        if (trimmed.StartsWith("0o", StringComparison.Ordinal))
        {
            return Digits(trimmed.AsSpan(2), 8);
        }

        return trimmed switch
        {
            "Infinity" or "+Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => IsDecimal(trimmed) && double.TryParse(trimmed, Decimal, CultureInfo.InvariantCulture, out var value) ? value : double.NaN,
        };
    }

    // The framework also reads "NaN", "∞" and the like.
    private static bool IsDecimal(string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character) && character is not ('+' or '-' or '.' or 'e' or 'E'))
            {
                return false;
            }
        }

        return true;
    }

    private static double Digits(ReadOnlySpan<char> digits, int radix)
    {
        double value = 0;
        foreach (var digit in digits)
        {
            var worth = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            if (worth >= radix)
            {
                return double.NaN;
            }

            value = (value * radix) + worth;
        }

        return digits.Length == 0 ? double.NaN : value;
    }
}
