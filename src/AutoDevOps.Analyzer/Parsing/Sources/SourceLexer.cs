namespace AutoDevOps.Analyzer.Parsing.Sources;

/// <summary>Cuts a source file into words, marks and texts. Linear, and content with whatever it is given: what cannot be told is a mark.</summary>
internal sealed class SourceLexer
{
    /// <summary>Texts in values in texts, beyond which quotes are characters like others.</summary>
    private const int MaxDepth = 6;

    /// <summary>Characters of a value in a text of one line.</summary>
    private const int MaxHole = 2_000;

    private static readonly HashSet<string> BeforePattern = new(StringComparer.Ordinal)
    {
        "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "instanceof", "await", "yield",
    };

    private readonly string _text;
    private readonly SourceLanguage _language;
    private readonly List<SourceToken> _tokens = [];

    // Until where a quote has no partner on its line: there it begins no text, however often it comes.
    private int _singleUnpaired;
    private int _doubleUnpaired;

    private SourceLexer(string text, SourceLanguage language)
    {
        _text = text;
        _language = language;
    }

    public static SourceToken[] Read(string text, SourceLanguage language)
    {
        WorkBudget.Spend(text.Length / 8);
        var lexer = new SourceLexer(text, language);
        for (var at = 0; at < text.Length;)
        {
            at = lexer.Next(at);
        }

        return [.. lexer._tokens];
    }

    private int Next(int at)
    {
        var character = _text[at];
        if (char.IsWhiteSpace(character))
        {
            return at + 1;
        }

        if (EndOfComment(at) is var comment && comment > at)
        {
            return comment;
        }

        if (MayOpen(character) && QuoteStyle.At(_text, at, _language) is { } style && Scan(at, style, 0) is var text and > 0)
        {
            return text;
        }

        if (IsWord(character))
        {
            var end = at + 1;
            while (end < _text.Length && IsWord(_text[end]))
            {
                end++;
            }

            _tokens.Add(new(char.IsAsciiDigit(character) ? TokenKind.Number : TokenKind.Word, at, end));
            return end;
        }

        if (character == '/' && _language == SourceLanguage.JavaScript && EndOfPattern(at) is var pattern and > 0)
        {
            _tokens.Add(new(TokenKind.Pattern, at, pattern));
            return pattern;
        }

        _tokens.Add(new(TokenKind.Mark, at, at + 1));
        return at + 1;
    }

    private bool MayOpen(char character) => character is '"' or '\'' or '`'
        || (_language == SourceLanguage.Python && "rbfutRBFUT".Contains(character, StringComparison.Ordinal))
        || (_language == SourceLanguage.CSharp && character is '$' or '@');

    private bool IsWord(char character) =>
        char.IsAsciiLetterOrDigit(character) || character == '_' || (character == '$' && _language is SourceLanguage.JavaScript or SourceLanguage.Java)
        || (character > '\u007f' && char.IsLetterOrDigit(character));

    private int EndOfComment(int at)
    {
        if (_language == SourceLanguage.Python)
        {
            return _text[at] == '#' ? Until(at, "\n", 0) : at;
        }

        return _text[at] != '/' || at + 1 == _text.Length ? at : _text[at + 1] switch
        {
            '/' => Until(at, "\n", 0),
            '*' => Until(at + 2, "*/", 2),
            _ => at,
        };
    }

    private int Until(int from, string end, int length)
    {
        var found = from < _text.Length ? _text.IndexOf(end, from, StringComparison.Ordinal) : -1;
        return found < 0 ? _text.Length : found + length;
    }

    /// <summary>A slash begins a pattern where no value stands that it could divide.</summary>
    private int EndOfPattern(int at)
    {
        if (_tokens.Count > 0 && _tokens[^1] is var last && (last.Kind is TokenKind.Number or TokenKind.Text or TokenKind.Pattern
            || (last.Kind == TokenKind.Word && !BeforePattern.Contains(_text[last.Start..last.End]))
            || (last.Kind == TokenKind.Mark && _text[last.Start] is ')' or ']' or '}' or '<')))
        {
            return -1;
        }

        var inClass = false;
        for (var index = at + 1; index < _text.Length && index < at + 2_000 && _text[index] != '\n'; index++)
        {
            switch (_text[index])
            {
                case '\\':
                    index++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '/' when !inClass:
                    WorkBudget.Spend((index - at) / 8);
                    return index + 1;
            }
        }

        WorkBudget.Spend(250);
        return -1;
    }

    /// <summary>The index after the text that starts here, whose pieces become tokens; -1 when it does not end.</summary>
    private int Scan(int start, QuoteStyle style, int depth)
    {
        if (style.Quote != '`' && !style.Spans && start < (style.Quote == '"' ? _doubleUnpaired : _singleUnpaired))
        {
            return -1;
        }

        var before = _tokens.Count;
        var piece = start;
        var open = style.Open;
        for (var index = start + style.Open; index < _text.Length;)
        {
            var character = _text[index];
            if (character == style.Quote)
            {
                if (style.IsEnd(_text, index, out var skip))
                {
                    Add(new(TokenKind.Text, piece, index + style.Count, (byte)open, (byte)style.Count, piece != start), depth);
                    return index + style.Count;
                }

                index += skip;
            }
            else if (character == '\\' && !style.IsRaw)
            {
                index += 2;
            }
            else if (character == '\n' && !style.Spans)
            {
                // An unpaired quote, as in a regular expression or in prose: nothing beyond the line is swallowed.
                _tokens.RemoveRange(before, _tokens.Count - before);
                if (style.Quote == '"')
                {
                    _doubleUnpaired = index;
                }
                else
                {
                    _singleUnpaired = index;
                }

                return -1;
            }
            else if (style.Braces == 0)
            {
                index++;
            }
            else if (style.HoleAt(_text, index, _language, out var content, out var past))
            {
                var end = EndOfHole(content, style, depth);
                if (end < 0)
                {
                    _tokens.RemoveRange(before, _tokens.Count - before);
                    return style.Spans ? _text.Length : -1;
                }

                Add(new(TokenKind.Text, piece, index, (byte)open, 0, piece != start), depth);
                Add(new(TokenKind.Hole, content, end, Continues: true), depth);
                (piece, open, index) = (end + style.Braces, 0, end + style.Braces);
            }
            else
            {
                index += past;
            }
        }

        Add(new(TokenKind.Text, piece, _text.Length, (byte)Math.Min(open, _text.Length - piece), 0, piece != start), depth);
        return _text.Length;
    }

    private void Add(SourceToken token, int depth)
    {
        if (depth == 0)
        {
            _tokens.Add(token);
        }
    }

    /// <summary>The index of the brace that ends a value in a text; -1 when there is none.</summary>
    private int EndOfHole(int start, QuoteStyle style, int depth)
    {
        var nested = 0;
        for (var index = start; index < _text.Length;)
        {
            var character = _text[index];
            if (character is '{' or '(' or '[')
            {
                nested++;
            }
            else if (character is ')' or ']' || (character == '}' && nested > 0))
            {
                nested--;
            }
            else if (character == '}')
            {
                return index;
            }
            else if (!style.Spans && ((character == '\n' && _language == SourceLanguage.Python) || index > start + MaxHole))
            {
                break;
            }
            else if (character is '"' or '\'' or '`' && depth < MaxDepth && !EndsAround(index, style) && QuoteStyle.At(_text, index, _language) is { } inner)
            {
                var end = Scan(index, inner, depth + 1);
                if (end < 0 && !style.Spans)
                {
                    break;
                }

                index = Math.Max(end, index + 1);
                continue;
            }

            index++;
        }

        // What was looked at in vain is looked at again, as something else.
        WorkBudget.Spend(MaxHole / 8);
        return -1;
    }

    /// <summary>Python before 3.12 cannot have the quote of a text in a value of it: there it ends a text that was no formatted one.</summary>
    private bool EndsAround(int index, QuoteStyle style) =>
        _language == SourceLanguage.Python && _text[index] == style.Quote && style.Count == 3 && style.IsEnd(_text, index, out _);
}
