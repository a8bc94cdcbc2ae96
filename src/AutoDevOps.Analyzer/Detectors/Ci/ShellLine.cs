using System.Text;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>A command between the operators of a shell line.</summary>
/// <param name="Words">The words after the assignments in front, unquoted.</param>
/// <param name="Text">As it was written, assignments included.</param>
/// <param name="IsLiteral">Nothing in it is expanded, redirected or run in the background: it means the same anywhere.</param>
internal sealed record ShellCommand(string[] Words, string Text, bool IsLiteral);

/// <summary>Reads a line of shell as far as recognising a command needs it (POSIX.1-2024, Shell Command Language, 2.3): words,
/// quotes and the operators between commands.</summary>
internal static class ShellLine
{
    /// <summary>The simple commands of a line in their order; what follows a pipe is left out.</summary>
    public static IReadOnlyList<ShellCommand> Parse(string line)
    {
        var scan = new Scan(line);
        return scan.Run();
    }

    private sealed class Scan(string line)
    {
        private readonly List<ShellCommand> _commands = [];
        private readonly List<string> _words = [];
        private readonly StringBuilder _word = new();
        private bool _inWord;
        private bool _literal = true;
        private bool _piped;
        private int _start;
        private int _at;

        public List<ShellCommand> Run()
        {
            for (; _at < line.Length; _at++)
            {
                Step(line[_at]);
            }

            EndCommand(line.Length);
            return _commands;
        }

        private void Step(char character)
        {
            switch (character)
            {
                case '\'' or '"':
                    Quoted(character);
                    break;
                case '\\':
                    _literal = false;
                    _inWord = true;
                    break;
                case '#' when !_inWord:
                    EndCommand(_at);
                    _at = line.Length;
                    _start = line.Length;
                    break;
                case ' ' or '\t':
                    EndWord();
                    break;
                case ';' or '&' or '|' or '\n':
                    Operator(character);
                    break;
                default:
                    // Expansions, globs, redirections and subshells: the command depends on where it runs.
                    _literal &= "$`<>*?(){}!~".IndexOf(character, StringComparison.Ordinal) < 0;
                    _inWord = true;
                    _word.Append(character);
                    break;
            }
        }

        private void Quoted(char quote)
        {
            _inWord = true;
            var end = line.IndexOf(quote, _at + 1);
            if (end < 0)
            {
                _literal = false;
                end = line.Length;
            }

            var text = line[(_at + 1)..Math.Min(end, line.Length)];
            _literal &= !text.Contains("${{", StringComparison.Ordinal) && (quote == '\'' || text.AsSpan().IndexOfAny('$', '`', '\\') < 0);
            _word.Append(text);
            _at = end;
        }

        private void Operator(char character)
        {
            if (character == '&' && ((_at > 0 && (line[_at - 1] is '>' or '<')) || (_at + 1 < line.Length && line[_at + 1] == '>')))
            {
                // Part of a redirection (2>&1, &>file).
                _literal = false;
                _word.Append(character);
                return;
            }

            var twice = _at + 1 < line.Length && line[_at + 1] == character;

            // In the background: the line goes on without it.
            _literal &= character != '&' || twice;
            EndCommand(_at);
            _piped = character == '|' && !twice;
            _at += twice ? 1 : 0;
            _start = _at + 1;
        }

        private void EndWord()
        {
            if (_inWord)
            {
                _words.Add(_word.ToString());
                _word.Clear();
                _inWord = false;
            }
        }

        private void EndCommand(int end)
        {
            EndWord();
            var skip = _words.FindIndex(word => !IsAssignment(word));
            if (skip >= 0 && !_piped)
            {
                _commands.Add(new([.. _words[skip..]], line[Math.Min(_start, end)..end].Trim(), _literal));
            }

            _words.Clear();
            _literal = true;
            _piped = false;
        }

        private static bool IsAssignment(string word)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            return equals > 0 && (char.IsAsciiLetter(word[0]) || word[0] == '_')
                && word.AsSpan(0, equals).IndexOfAnyExcept(NameCharacters) < 0;
        }

        private static readonly System.Buffers.SearchValues<char> NameCharacters =
            System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    }
}
