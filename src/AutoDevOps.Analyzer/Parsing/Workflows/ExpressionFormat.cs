using System.Globalization;
using System.Text;

namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>The function <c>format</c>: <c>{0}</c> stands for the first argument, a doubled brace for a brace.</summary>
internal static class ExpressionFormat
{
    /// <exception cref="ExpressionException">A brace is open, or an argument is missing.</exception>
    public static ExpressionValue Apply(IReadOnlyList<ExpressionValue> arguments)
    {
        var format = arguments[0].AsText();
        var result = new StringBuilder();
        for (var at = 0; at < format.Length;)
        {
            var character = format[at];
            if (character is not ('{' or '}'))
            {
                result.Append(character);
                at++;
            }
            else if (at + 1 < format.Length && format[at + 1] == character)
            {
                result.Append(character);
                at += 2;
            }
            else
            {
                var end = character == '{' ? format.IndexOf('}', at) : -1;
                if (end < 0 || !int.TryParse(Digits(format.AsSpan(at + 1, end - at - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                {
                    throw new ExpressionException($"'{format}' is no format: a brace stands for itself when it is doubled");
                }

                if (index + 1 >= arguments.Count)
                {
                    throw new ExpressionException($"'{format}' names more arguments than there are");
                }

                result.Append(arguments[index + 1].AsText());
                ExpressionEvaluator.RefuseLong(result.Length);
                at = end + 1;
            }
        }

        return ExpressionValue.Of(result.ToString());
    }

    /// <summary>What follows the number inside the braces says how to write it, and GitHub ignores it.</summary>
    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> inside)
    {
        var end = inside.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? inside : inside[..end];
    }
}
