using System.Text;

namespace AutoDevOps.Analyzer.Detectors.Cpp;

/// <summary>A command of a CMake file with the conditions around it.</summary>
/// <param name="Name">Lower case, as CMake compares it.</param>
/// <param name="Guards">The arguments of each <c>if</c> around it; of a branch <c>else</c> an <c>ELSE</c> before them.</param>
internal sealed record CMakeCall(string Name, IReadOnlyList<string> Arguments, int Line, IReadOnlyList<IReadOnlyList<string>> Guards)
{
    public string First => Arguments.Count > 0 ? Arguments[0] : "";
}

/// <summary>Reads the commands of a CMake file (cmake-language(7): comments, quoted and bracket arguments); nothing is evaluated.</summary>
internal static class CMakeScript
{
    private const int MaxCalls = 5000;

    private const int MaxArguments = 200;

    public static IReadOnlyList<CMakeCall> Read(SnapshotFile file) => new Scan(file.Text).Run();

    private sealed class Scan(string text)
    {
        private readonly List<CMakeCall> _calls = [];
        private readonly Stack<IReadOnlyList<string>> _guards = new();
        private int _at;
        private int _line = 1;

        public List<CMakeCall> Run()
        {
            while (_at < text.Length && _calls.Count < MaxCalls)
            {
                WorkBudget.Spend(1);
                if (text[_at] == '#')
                {
                    Comment();
                }
                else if (char.IsAsciiLetter(text[_at]) || text[_at] == '_')
                {
                    Call();
                }
                else
                {
                    Advance();
                }
            }

            return _calls;
        }

        private void Call()
        {
            var start = _at;
            var line = _line;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
            {
                _at++;
            }

            var name = text[start.._at].ToLowerInvariant();
            while (_at < text.Length && text[_at] is ' ' or '\t')
            {
                _at++;
            }

            if (_at < text.Length && text[_at] == '(')
            {
                _at++;
                Add(name, Arguments(), line);
            }
        }

        private void Add(string name, List<string> arguments, int line)
        {
            switch (name)
            {
                case "if" or "function" or "macro":
                    // What a function holds runs where it is called: no condition that is known.
                    _guards.Push(name == "if" ? arguments : ["FUNCTION", .. arguments]);
                    break;
                case "elseif" or "else" when _guards.Count > 0:
                    _guards.Push(["ELSE", .. _guards.Pop()]);
                    break;
                case "endif" or "endfunction" or "endmacro" when _guards.Count > 0:
                    _guards.Pop();
                    break;
                default:
                    _calls.Add(new(name, arguments, line, _guards.Count == 0 ? [] : [.. _guards.Take(20).Reverse()]));
                    break;
            }
        }

        private List<string> Arguments()
        {
            var arguments = new List<string>();
            var word = new StringBuilder();
            var depth = 1;
            void End()
            {
                if (word.Length > 0 && arguments.Count < MaxArguments)
                {
                    arguments.Add(word.ToString());
                }

                word.Clear();
            }

            while (_at < text.Length && depth > 0)
            {
                WorkBudget.Spend(1);
                var character = text[_at];
                if (character == '#')
                {
                    Comment();
                }
                else if (character == '"')
                {
                    Quoted(word);
                }
                else if (character == '[' && word.Length == 0 && BracketEnd() is { } end)
                {
                    word.Append(text, _at, end - _at);
                    AdvanceTo(end);
                }
                else if (character is '(' or ')')
                {
                    End();
                    depth += character == '(' ? 1 : -1;
                    _at++;
                }
                else if (char.IsWhiteSpace(character) || character == ';')
                {
                    End();
                    Advance();
                }
                else
                {
                    word.Append(character);
                    Advance();
                }
            }

            End();
            return arguments;
        }

        private void Quoted(StringBuilder word)
        {
            Advance();
            while (_at < text.Length && text[_at] != '"')
            {
                if (text[_at] == '\\' && _at + 1 < text.Length)
                {
                    Advance();
                }

                word.Append(text[_at]);
                Advance();
            }

            Advance();
        }

        private void Comment()
        {
            _at++;
            if (BracketEnd() is { } end)
            {
                AdvanceTo(end);
                return;
            }

            var newline = text.IndexOf('\n', Math.Min(_at, text.Length));
            _at = newline < 0 ? text.Length : newline;
        }

        /// <summary>The end of the bracket that opens here (<c>[==[ … ]==]</c>), or null.</summary>
        private int? BracketEnd()
        {
            var open = _at;
            if (open >= text.Length || text[open] != '[')
            {
                return null;
            }

            var equals = open + 1;
            while (equals < text.Length && text[equals] == '=')
            {
                equals++;
            }

            if (equals >= text.Length || text[equals] != '[' || equals - open > 50)
            {
                return null;
            }

            var close = text.IndexOf($"]{new string('=', equals - open - 1)}]", equals, StringComparison.Ordinal);
            return close < 0 ? text.Length : close + (equals - open) + 1;
        }

        private void Advance()
        {
            if (_at < text.Length && text[_at] == '\n')
            {
                _line++;
            }

            _at++;
        }

        private void AdvanceTo(int end)
        {
            while (_at < end)
            {
                Advance();
            }
        }
    }
}
