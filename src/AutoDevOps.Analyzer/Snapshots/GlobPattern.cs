namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>A glob as git matches one name of a path: <c>*</c>, <c>?</c>, <c>[a-z]</c> and a backslash before a character that means itself.</summary>
/// <remarks>gitignore(5) and git's wildmatch. Time is at most length of the name times length of the pattern: of several stars only the last
/// is ever tried again. What is one character here is one byte to git, whose <c>?</c> does not match an umlaut.</remarks>
internal sealed class GlobPattern
{
    private readonly List<Token> _tokens = [];
    private readonly string? _literal;

    private GlobPattern(string pattern)
    {
        for (var index = 0; index < pattern.Length;)
        {
            if (Next(pattern, ref index) is not { } token)
            {
                IsPossible = false;
                return;
            }

            // A second star in a row adds nothing.
            if (!(token.Kind == TokenKind.Star && _tokens is [.., { Kind: TokenKind.Star }]))
            {
                _tokens.Add(token);
            }
        }

        _literal = _tokens.TrueForAll(token => token.Kind == TokenKind.Literal) ? string.Concat(_tokens.Select(token => token.Character)) : null;
    }

    private enum TokenKind
    {
        Literal,
        Any,
        Star,
        Class,
    }

    /// <summary>Whether any name can match: a bracket without an end, or a backslash at the end, matches nothing.</summary>
    private bool IsPossible { get; } = true;

    public static GlobPattern Parse(string pattern) => new(pattern);

    public bool Matches(ReadOnlySpan<char> name)
    {
        if (!IsPossible)
        {
            return false;
        }

        if (_literal is not null)
        {
            return name.SequenceEqual(_literal);
        }

        var (at, token, star, retry) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            if (token < _tokens.Count && _tokens[token].Kind == TokenKind.Star)
            {
                star = token++;
                retry = at;
            }
            else if (token < _tokens.Count && _tokens[token].Accepts(name[at]))
            {
                token++;
                at++;
            }
            else if (star >= 0)
            {
                token = star + 1;
                at = ++retry;
            }
            else
            {
                return false;
            }
        }

        while (token < _tokens.Count && _tokens[token].Kind == TokenKind.Star)
        {
            token++;
        }

        return token == _tokens.Count;
    }

    private static Token? Next(string pattern, ref int index)
    {
        var character = pattern[index++];
        switch (character)
        {
            case '*':
                return new(TokenKind.Star, character, null);
            case '?':
                return new(TokenKind.Any, character, null);
            case '[':
                return Class(pattern, ref index);
            case '\\':
                return index < pattern.Length ? new(TokenKind.Literal, pattern[index++], null) : null;
            default:
                return new(TokenKind.Literal, character, null);
        }
    }

    /// <param name="index">Just after the opening bracket; moved behind the closing one.</param>
    private static Token? Class(string pattern, ref int index)
    {
        var negated = index < pattern.Length && pattern[index] is '!' or '^';
        index += negated ? 1 : 0;
        var ranges = new List<(char Low, char High)>();
        for (var first = true; index < pattern.Length; first = false)
        {
            // A closing bracket in the first place is one of the characters.
            if (pattern[index] == ']' && !first)
            {
                index++;
                return new(TokenKind.Class, '\0', new CharacterClass(negated, ranges));
            }

            if (NamedClass(pattern, ref index) is { } named)
            {
                if (named.Length == 0)
                {
                    return null;
                }

                ranges.AddRange(named);
                continue;
            }

            if (Member(pattern, ref index) is not { } low)
            {
                return null;
            }

            var high = low;
            if (index + 1 < pattern.Length && pattern[index] == '-' && pattern[index + 1] != ']')
            {
                index++;
                if (Member(pattern, ref index) is not { } end)
                {
                    return null;
                }

                high = end;
            }

            ranges.Add((low, high));
        }

        return null;
    }

    private static char? Member(string pattern, ref int index)
    {
        if (pattern[index] == '\\' && ++index == pattern.Length)
        {
            return null;
        }

        return pattern[index++];
    }

    /// <summary>The ranges of <c>[:digit:]</c> and its like; empty: of a name that does not exist; null: here stands no named class.</summary>
    private static (char Low, char High)[]? NamedClass(string pattern, ref int index)
    {
        if (!pattern.AsSpan(index).StartsWith("[:"))
        {
            return null;
        }

        var end = pattern.IndexOf(":]", index + 2, StringComparison.Ordinal);
        var close = pattern.IndexOf(']', index);
        if (end < 0 || close != end + 1)
        {
            return null;
        }

        var name = pattern[(index + 2)..end];
        index = end + 2;
        return name switch
        {
            "alnum" => [('0', '9'), ('A', 'Z'), ('a', 'z')],
            "alpha" => [('A', 'Z'), ('a', 'z')],
            "blank" => [(' ', ' '), ('\t', '\t')],
            "cntrl" => [('\0', '\u001f'), ('\u007f', '\u007f')],
            "digit" => [('0', '9')],
            "graph" => [('!', '~')],
            "lower" => [('a', 'z')],
            "print" => [(' ', '~')],
            "punct" => [('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "space" => [(' ', ' '), ('\t', '\r')],
            "upper" => [('A', 'Z')],
            "xdigit" => [('0', '9'), ('A', 'F'), ('a', 'f')],
            _ => [],
        };
    }

    private readonly record struct Token(TokenKind Kind, char Character, CharacterClass? Class)
    {
        public bool Accepts(char character) => Kind switch
        {
            TokenKind.Literal => Character == character,
            _ => Class is null || Class.Accepts(character),
        };
    }

    private sealed record CharacterClass(bool IsNegated, List<(char Low, char High)> Ranges)
    {
        public bool Accepts(char character) => Ranges.Exists(range => character >= range.Low && character <= range.High) != IsNegated;
    }
}
