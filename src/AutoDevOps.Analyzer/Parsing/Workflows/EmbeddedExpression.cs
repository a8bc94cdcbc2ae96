namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>One <c>${{ … }}</c> in a text of a workflow.</summary>
/// <param name="Text">What stands between the braces, trimmed.</param>
/// <param name="Tree">Null when it does not parse.</param>
/// <param name="Start">The <c>$</c>.</param>
/// <param name="Length">Characters up to and including the closing braces, if they are on the same line, else 0.</param>
public sealed record EmbeddedExpression(string Text, Expression? Tree, string? Error, Position Start, int Length)
{
    /// <summary>A scalar that is an expression as a whole.</summary>
    internal static EmbeddedExpression Whole(DataNode scalar)
    {
        var text = scalar.Text!.Trim();
        var (tree, error) = ExpressionParser.Parse(text);
        var isOneLine = scalar.IsPlain && scalar.End.Line == scalar.Line;
        return new(text, tree, error, scalar.Start, isOneLine ? text.Length : 0);
    }

    /// <summary>The expressions of a scalar, with their places in the file.</summary>
    /// <param name="lines">The lines of the file that the scalar stands in.</param>
    /// <remarks>The n-th opening in the scalar is the n-th opening in the lines it was read from, whatever its style: folding,
    /// quoting and indentation neither add nor remove one.</remarks>
    internal static IEnumerable<EmbeddedExpression> In(DataNode scalar, IReadOnlyList<string> lines)
    {
        if (scalar.Text is not { } text)
        {
            yield break;
        }

        WorkBudget.Spend(1 + (text.Length / 16));
        var place = new Position(scalar.Start.Line, scalar.Start.Column - 1);
        for (var open = text.IndexOf("${{", StringComparison.Ordinal); open >= 0;)
        {
            place = NextOpening(lines, place) ?? scalar.Start;
            var end = End(text, open + 3);
            if (end < 0)
            {
                yield return new("", null, "it has no closing '}}'", place, 0);
                yield break;
            }

            var inner = text[(open + 3)..end].Trim();
            var (tree, error) = ExpressionParser.Parse(inner);
            var length = text.AsSpan(open, end - open).Contains('\n') ? 0 : end + 2 - open;
            yield return new(inner, tree, error, place, length);
            place = place with { Column = place.Column + 2 };
            open = text.IndexOf("${{", end, StringComparison.Ordinal);
        }
    }

    /// <summary>The index of the closing braces; those within single quotes do not close.</summary>
    private static int End(string text, int from)
    {
        var quoted = false;
        for (var index = from; index + 1 < text.Length; index++)
        {
            if (text[index] == '\'')
            {
                quoted = !quoted;
            }
            else if (!quoted && text[index] == '}' && text[index + 1] == '}')
            {
                return index;
            }
        }

        return -1;
    }

    /// <param name="after">A position whose column, counted from 0, is where to begin.</param>
    private static Position? NextOpening(IReadOnlyList<string> lines, Position after)
    {
        var column = after.Column;
        for (var line = after.Line; line <= lines.Count; line++, column = 0)
        {
            var text = lines[line - 1];
            var found = column < text.Length ? text.IndexOf("${{", Math.Max(column, 0), StringComparison.Ordinal) : -1;
            if (found >= 0)
            {
                return new(line, found + 1);
            }
        }

        return null;
    }
}
