using System.Text;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>What stands between a command and the next.</summary>
internal enum ShellJoin
{
    End,
    And,
    Or,
    Sequence,
    Pipe,
    Background,
}

/// <param name="Text">Quotes removed; variables and substitutions as written.</param>
/// <param name="Start">Where it stands in the text that was parsed.</param>
/// <param name="IsQuoted">Whether any part of it was quoted.</param>
internal readonly record struct ShellWord(string Text, int Start, int End, bool IsQuoted)
{
    public override string ToString() => Text;
}

/// <summary>Takes a script of a POSIX shell apart into its commands, without expanding anything.</summary>
/// <remarks>POSIX "Shell Command Language", 2.2 to 2.9. What stands in <c>$( )</c> and backticks comes as commands of its own, after the
/// others. Each character is looked at once for each level of substitution.</remarks>
internal sealed class RunScript
{
    /// <summary>No person writes more; the rest is not read.</summary>
    public const int MaxCommands = 10_000;

    private const int MaxDepth = 4;

    private readonly TracedText _source;
    private readonly string _text;
    private readonly bool _joinsLines;
    private readonly StringBuilder _word = new();
    private readonly List<RunCommand> _commands = [];
    private readonly Queue<(int Start, int End, int Depth)> _ranges = new();
    private List<ShellWord> _words = [];
    private List<ShellWord> _targets = [];
    private int _depth;
    private int _first;
    private int _at;
    private int _end;

    private RunScript(TracedText source, bool joinsLines) => (_source, _text, _joinsLines) = (source, source.Text, joinsLines);

    /// <param name="joinsLines">Whether a line end is a blank only, as where Docker has already put continued lines together.</param>
    public static List<RunCommand> Parse(TracedText source, int start, bool joinsLines)
    {
        var script = new RunScript(source, joinsLines);
        script._ranges.Enqueue((start, source.Text.Length, 0));
        while (script._ranges.TryDequeue(out var range) && script._commands.Count < MaxCommands)
        {
            script.ReadRange(range.Start, range.End, range.Depth);
        }

        return script._commands;
    }

    private void ReadRange(int start, int end, int depth)
    {
        (_at, _end, _depth, _first) = (start, end, depth, _commands.Count);
        while (_at < _end && _commands.Count < MaxCommands)
        {
            switch (_text[_at])
            {
                case '\n' when !_joinsLines:
                    // Behind an operator a line end is a blank, too.
                    Finish(_words.Count > 0 || _targets.Count > 0 || Previous?.Next == ShellJoin.End ? ShellJoin.Sequence : null, 1);
                    break;
                case ' ' or '\t' or '\r' or '\n':
                    _at++;
                    break;
                case '\\' when Next is '\n':
                    _at += 2;
                    break;
                case '#':
                    SkipComment();
                    break;
                case ';':
                    Finish(ShellJoin.Sequence, 1);
                    break;
                case '&' when Next is '&':
                    Finish(ShellJoin.And, 2);
                    break;
                case '&' when Next is not '>':
                    Finish(ShellJoin.Background, 1);
                    break;
                case '|' when Next is '|':
                    Finish(ShellJoin.Or, 2);
                    break;
                case '|':
                    Finish(ShellJoin.Pipe, Next is '&' ? 2 : 1);
                    break;
                case '(' or ')':
                    Finish(null, 1);
                    break;
                case '<' or '>' or '&':
                    ReadRedirection();
                    break;
                default:
                    ReadArgument();
                    break;
            }
        }

        Finish(null, 0);
        if (Previous is { Next: ShellJoin.Sequence } last)
        {
            last.Next = ShellJoin.End;
        }
    }

    private char? Next => _at + 1 < _end ? _text[_at + 1] : null;

    /// <summary>Ends the command that is being read. After a group it is the last command of the group that is joined to what follows.</summary>
    private void Finish(ShellJoin? join, int length)
    {
        _at += length;
        if (_words.Count > 0 || _targets.Count > 0)
        {
            _commands.Add(new(_source, _words, _targets, _depth) { Before = Previous?.Next ?? ShellJoin.End });
            (_words, _targets) = ([], []);
        }

        if (join is { } next && Previous is { } last)
        {
            last.Next = next;
        }
    }

    private RunCommand? Previous => _commands.Count > _first ? _commands[^1] : null;

    private void SkipComment()
    {
        var lineEnd = _joinsLines ? -1 : _text.IndexOf('\n', _at, _end - _at);
        _at = lineEnd < 0 ? _end : lineEnd;
    }

    private void ReadRedirection()
    {
        // <( ) and >( ) run a command and stand for a file.
        if (_text[_at] is '<' or '>' && Next is '(')
        {
            var start = _at;
            var close = Close(_at + 1);
            Nest(_at + 2, close);
            _at = Math.Min(close + 1, _end);
            _words.Add(new(_text[start.._at], start, _at, IsQuoted: false));
            return;
        }

        if (_words is [.., var last] && last.End == _at && last.Text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
        {
            _words.RemoveAt(_words.Count - 1);
        }

        while (_at < _end && _text[_at] is '<' or '>' or '&' or '|' or '-')
        {
            _at++;
        }

        while (_at < _end && _text[_at] is ' ' or '\t')
        {
            _at++;
        }

        if (_at < _end && !IsBreak(_text[_at]))
        {
            _targets.Add(ReadWord());
        }
    }

    private void ReadArgument() => _words.Add(ReadWord());

    private static bool IsBreak(char character) => character is ' ' or '\t' or '\r' or '\n' or ';' or '&' or '|' or '(' or ')' or '<' or '>';

    private ShellWord ReadWord()
    {
        var start = _at;
        var text = _word.Clear();
        var isQuoted = false;
        while (_at < _end && !IsBreak(_text[_at]))
        {
            switch (_text[_at])
            {
                case '\'':
                    isQuoted = true;
                    var close = _text.IndexOf('\'', _at + 1, _end - _at - 1);
                    close = close < 0 ? _end : close;
                    text.Append(_text, _at + 1, close - _at - 1);
                    _at = Math.Min(close + 1, _end);
                    break;
                case '"':
                    isQuoted = true;
                    ReadQuoted(text);
                    break;
                case '\\':
                    ReadEscaped(text);
                    break;
                default:
                    ReadPlain(text);
                    break;
            }
        }

        return new(text.ToString(), start, _at, isQuoted);
    }

    private void ReadQuoted(StringBuilder text)
    {
        _at++;
        while (_at < _end && _text[_at] != '"')
        {
            if (_text[_at] == '\\')
            {
                ReadEscaped(text);
            }
            else
            {
                ReadPlain(text);
            }
        }

        _at = Math.Min(_at + 1, _end);
    }

    private void ReadEscaped(StringBuilder text)
    {
        if (Next is { } escaped && escaped != '\n')
        {
            text.Append(escaped);
        }

        _at = Math.Min(_at + 2, _end);
    }

    /// <summary>One character, or all of a substitution.</summary>
    private void ReadPlain(StringBuilder text)
    {
        var start = _at;
        if (_text[_at] == '$' && Next is '(')
        {
            var close = Close(_at + 1);
            if (_at + 2 < close && _text[_at + 2] != '(')
            {
                Nest(_at + 2, close);
            }

            _at = Math.Min(close + 1, _end);
        }
        else if (_text[_at] == '$' && Next is '{')
        {
            var close = _text.IndexOf('}', _at, _end - _at);
            _at = close < 0 ? _end : close + 1;
        }
        else if (_text[_at] == '`')
        {
            var close = _text.IndexOf('`', _at + 1, _end - _at - 1);
            Nest(_at + 1, close < 0 ? _end : close);
            _at = close < 0 ? _end : close + 1;
        }
        else
        {
            _at++;
        }

        text.Append(_text, start, _at - start);
    }

    private void Nest(int start, int end)
    {
        if (_depth < MaxDepth && start < end)
        {
            _ranges.Enqueue((start, end, _depth + 1));
        }
    }

    /// <summary>The parenthesis that closes the one at <paramref name="open"/>, or the end.</summary>
    private int Close(int open)
    {
        var depth = 0;
        for (var index = open; index < _end; index++)
        {
            switch (_text[index])
            {
                case '\\':
                    index++;
                    break;
                case '\'':
                    var quote = _text.IndexOf('\'', index + 1, _end - index - 1);
                    index = quote < 0 ? _end : quote;
                    break;
                case '(':
                    depth++;
                    break;
                case ')' when --depth == 0:
                    return index;
            }
        }

        return _end;
    }
}
