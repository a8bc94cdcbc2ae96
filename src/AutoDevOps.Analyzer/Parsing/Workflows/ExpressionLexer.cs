namespace AutoDevOps.Analyzer.Parsing.Workflows;

internal enum ExpressionTokenKind
{
    Name,
    Number,
    Text,

    /// <summary>A bracket, comma, dot, star or operator.</summary>
    Symbol,
    End,
}

/// <param name="Text">As written, but for a text: without quotes, its doubled quotes single.</param>
/// <param name="Position">Of its first character, counted from 0.</param>
internal readonly record struct ExpressionToken(ExpressionTokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => Kind == ExpressionTokenKind.Symbol && Text == symbol;
}

/// <summary>Cuts an expression into tokens.</summary>
internal sealed class ExpressionLexer(string text)
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "&&", "||", "(", ")", "[", "]", ",", "!", "<", ">", "*"];

    private readonly List<ExpressionToken> _tokens = [];
    private int _at;

    /// <exception cref="FormatException">Something is no token.</exception>
    public static List<ExpressionToken> Read(string text) => new ExpressionLexer(text).Read();

    private List<ExpressionToken> Read()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
            else
            {
                _tokens.Add(Next());
            }
        }

        _tokens.Add(new(ExpressionTokenKind.End, "", text.Length));
        return _tokens;
    }

    private ExpressionToken Next()
    {
        var start = _at;
        var first = text[start];
        if (first == '.' && FollowsValue())
        {
            return Symbol(".");
        }

        if (char.IsAsciiDigit(first) || first is '-' or '+' or '.')
        {
            return Number();
        }

        foreach (var symbol in Symbols)
        {
            if (text.AsSpan(start).StartsWith(symbol, StringComparison.Ordinal))
            {
                return Symbol(symbol);
            }
        }

        return first switch
        {
            '\'' => Quoted(),
            '"' => throw new FormatException("a text must stand in single quotes"),
            _ => Name(),
        };
    }

    /// <summary>A dot after a value asks for a member of it; anywhere else it begins a number.</summary>
    private bool FollowsValue() =>
        _tokens.Count > 0 && _tokens[^1] is var last && (last.Kind == ExpressionTokenKind.Name || last.Is("]") || last.Is(")") || last.Is("*"));

    private ExpressionToken Symbol(string symbol)
    {
        _at += symbol.Length;
        return new(ExpressionTokenKind.Symbol, symbol, _at - symbol.Length);
    }

    private ExpressionToken Number()
    {
        var start = _at;
        while (_at < text.Length && (text[_at] == '.' || !IsBoundary(text[_at])))
        {
            _at++;
        }

        var written = text[start.._at];
        return double.IsNaN(ExpressionNumber.Parse(written))
            ? throw new FormatException($"'{written}' is no number")
            : new(ExpressionTokenKind.Number, written, start);
    }

    private ExpressionToken Name()
    {
        var start = _at++;
        while (_at < text.Length && !IsBoundary(text[_at]))
        {
            _at++;
        }

        var written = text[start.._at];
        if (!IsName(written))
        {
            throw new FormatException($"'{FirstCharacter(written)}' is not expected here");
        }

        var isMember = _tokens.Count > 0 && _tokens[^1].Is(".");
        var isNumber = !isMember && written is "NaN" or "Infinity";
        return new(isNumber ? ExpressionTokenKind.Number : ExpressionTokenKind.Name, written, start);
    }

    private ExpressionToken Quoted()
    {
        var start = _at;
        var from = start + 1;
        while (true)
        {
            var quote = text.IndexOf('\'', from);
            if (quote < 0)
            {
                throw new FormatException("a text in single quotes has no end");
            }

            if (quote + 1 < text.Length && text[quote + 1] == '\'')
            {
                from = quote + 2;
                continue;
            }

            _at = quote + 1;
            return new(ExpressionTokenKind.Text, text[(start + 1)..quote].Replace("''", "'", StringComparison.Ordinal), start);
        }
    }

    private static bool IsBoundary(char character) =>
        character is '(' or '[' or ')' or ']' or ',' or '.' or '!' or '>' or '<' or '=' or '&' or '|' || char.IsWhiteSpace(character);

    private static bool IsName(string written)
    {
        if (!char.IsAsciiLetter(written[0]) && written[0] != '_')
        {
            return false;
        }

        foreach (var character in written)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first character that no name may have, both halves of it.</summary>
    private static string FirstCharacter(string written)
    {
        for (var index = 0; index < written.Length; index++)
        {
            if (!char.IsAsciiLetterOrDigit(written[index]) && written[index] is not ('_' or '-'))
            {
                return char.IsHighSurrogate(written[index]) && index + 1 < written.Length && char.IsLowSurrogate(written[index + 1])
                    ? written.Substring(index, 2)
                    : written[index].ToString();
            }
        }

        return written[0].ToString();
    }
}
