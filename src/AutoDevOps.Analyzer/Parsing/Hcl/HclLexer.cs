namespace AutoDevOps.Analyzer.Parsing.Hcl;

internal enum HclTokenKind : byte
{
    Word,
    Number,
    Text,
    Mark,
    NewLine,
    End,
}

/// <summary>A piece of HCL.</summary>
/// <param name="Value">What it says; of a text, its content as written.</param>
/// <param name="IsTemplate">Whether something is put into the text.</param>
internal readonly record struct HclToken(HclTokenKind Kind, int Start, int End, int Line, string Value, bool IsTemplate = false)
{
    public bool Is(char mark) => Kind == HclTokenKind.Mark && Value[0] == mark;
}

/// <summary>Cuts HCL (Terraform's language) into tokens, by its specification of native syntax. Linear; nothing is evaluated.</summary>
internal sealed class HclLexer
{
    private readonly string _text;
    private readonly List<HclToken> _tokens = [];
    private int _at;
    private int _line = 1;

    private HclLexer(string text) => _text = text;

    public static List<HclToken> Read(string text)
    {
        WorkBudget.Spend(text.Length / 4);
        var lexer = new HclLexer(text);
        while (lexer._at < text.Length)
        {
            lexer.Next();
        }

        lexer._tokens.Add(new(HclTokenKind.End, text.Length, text.Length, lexer._line, ""));
        return lexer._tokens;
    }

    private void Next()
    {
        var character = _text[_at];
        var start = _at;
        if (character == '\n')
        {
            _at++;
            Add(HclTokenKind.NewLine, start, "\n");
            _line++;
        }
        else if (char.IsWhiteSpace(character))
        {
            _at++;
        }
        else if (character == '#' || Follows("//"))
        {
            _at = _text.IndexOf('\n', _at) is var end and >= 0 ? end : _text.Length;
        }
        else if (Follows("/*"))
        {
            _at = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal) is var end and >= 0 ? end + 2 : _text.Length;
            _line += _text.AsSpan(start, _at - start).Count('\n');
        }
        else if (character == '"')
        {
            Quoted();
        }
        else if (Follows("<<"))
        {
            Heredoc();
        }
        else if (IsWord(character))
        {
            while (_at < _text.Length && (IsWord(_text[_at]) || _text[_at] == '-'))
            {
                _at++;
            }

            Add(char.IsAsciiDigit(character) ? HclTokenKind.Number : HclTokenKind.Word, start, _text[start.._at]);
        }
        else
        {
            _at++;
            Add(HclTokenKind.Mark, start, character.ToString());
        }
    }

    private void Quoted()
    {
        var (start, line) = (_at, _line);
        var isTemplate = false;
        var depth = 0;
        for (_at++; _at < _text.Length; _at++)
        {
            var character = _text[_at];
            if (character == '\\')
            {
                _at++;
            }
            else if (character is '$' or '%' && _at + 1 < _text.Length && _text[_at + 1] == '{' && _text[_at - 1] != character)
            {
                isTemplate = true;
                depth++;
                _at++;
            }
            else if (depth > 0 && character is '{' or '}')
            {
                depth += depth == 0 ? 0 : character == '{' ? 1 : -1;
            }
            else if (character == '"' && depth > 0)
            {
                // A text inside of what is put in.
                SkipInner();
            }
            else if (character is '"' or '\n')
            {
                break;
            }
        }

        var end = Math.Min(_at, _text.Length);
        _at = end < _text.Length && _text[end] == '"' ? end + 1 : end;
        _tokens.Add(new(HclTokenKind.Text, start, _at, line, _text[(start + 1)..Math.Max(end, start + 1)], isTemplate));
    }

    private void SkipInner()
    {
        for (_at++; _at < _text.Length && _text[_at] is not ('"' or '\n'); _at++)
        {
            _at += _text[_at] == '\\' ? 1 : 0;
        }

        _at -= _at < _text.Length && _text[_at] == '\n' ? 1 : 0;
    }

    private void Heredoc()
    {
        var (start, line) = (_at, _line);
        var name = _at + 2 + (_at + 2 < _text.Length && _text[_at + 2] == '-' ? 1 : 0);
        var end = name;
        while (end < _text.Length && IsWord(_text[end]))
        {
            end++;
        }

        if (end == name)
        {
            _at++;
            Add(HclTokenKind.Mark, start, "<");
            return;
        }

        var mark = _text.AsSpan(name, end - name);
        var content = _text.IndexOf('\n', end) + 1;
        if (content == 0)
        {
            _at = _text.Length;
            return;
        }

        var row = content;
        var rows = 1;
        while (row < _text.Length)
        {
            var next = _text.IndexOf('\n', row) is var found and >= 0 ? found : _text.Length;
            if (_text.AsSpan(row, next - row).Trim().SequenceEqual(mark))
            {
                break;
            }

            row = next + 1;
            rows++;
        }

        row = Math.Min(row, _text.Length);
        var text = _text[content..row];
        _at = Math.Min(_text.IndexOf('\n', row) is var last and >= 0 ? last : _text.Length, _text.Length);
        _line += rows;
        _tokens.Add(new(HclTokenKind.Text, start, _at, line, text, text.Contains("${", StringComparison.Ordinal) || text.Contains("%{", StringComparison.Ordinal)));
    }

    private bool Follows(string text) => string.CompareOrdinal(_text, _at, text, 0, text.Length) == 0;

    private static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_' || (character > '\u007f' && char.IsLetterOrDigit(character));

    private void Add(HclTokenKind kind, int start, string value) => _tokens.Add(new(kind, start, _at, _line, value));
}
