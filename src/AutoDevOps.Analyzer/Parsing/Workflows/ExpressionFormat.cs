using System.Globalization;
using System.Text;

namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>The function <c>format</c>: <c>{0}</c> stands for the first argument, a doubled brace for a brace.</summary>
internal static class ExpressionFormat
{
    /// <exception cref="ExpressionException">A brace is open, or an argument is missing.</exception>
    public static ExpressionValue Apply(IReadOnlyList<ExpressionValue> arguments)
    {
        var result = new StringBuilder();
        foreach (var (text, index) in Parts(arguments[0].AsText()))
        {
            if (index >= arguments.Count - 1)
            {
                throw new ExpressionException($"'{arguments[0].AsText()}' names more arguments than there are");
            }

            result.Append(index < 0 ? text : arguments[index + 1].AsText());
            ExpressionEvaluator.RefuseLong(result.Length);
        }

        return ExpressionValue.Of(result.ToString());
    }

    /// <summary>The numbers of the arguments that a format names.</summary>
    /// <exception cref="ExpressionException">A brace is open.</exception>
    public static HashSet<int> Places(string format) => [.. Parts(format).Select(part => part.Index).Where(index => index >= 0)];

    /// <summary>What stands in the format in its order: a text, or with an index of 0 or more the argument of that number.</summary>
    private static IEnumerable<(string Text, int Index)> Parts(string format)
    {
        for (var at = 0; at < format.Length;)
        {
            var character = format[at];
            if (character is not ('{' or '}'))
            {
                var end = format.AsSpan(at).IndexOfAny('{', '}');
                var text = end < 0 ? format[at..] : format.Substring(at, end);
                yield return (text, -1);
                at += text.Length;
            }
            else if (at + 1 < format.Length && format[at + 1] == character)
            {
                yield return (character.ToString(), -1);
                at += 2;
            }
            else
            {
                var end = character == '{' ? format.IndexOf('}', at) : -1;
                if (end < 0 || !int.TryParse(Digits(format.AsSpan(at + 1, end - at - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                {
                    throw new ExpressionException($"'{format}' is no format: a brace stands for itself when it is doubled");
                }

                yield return ("", index);
                at = end + 1;
            }
        }
    }

    /// <summary>What follows the number inside the braces says how to write it, and GitHub ignores it.</summary>
    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> inside)
    {
        var end = inside.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? inside : inside[..end];
    }
}
