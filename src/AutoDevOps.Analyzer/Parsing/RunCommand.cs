using System.Buffers;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>One command of a script.</summary>
internal sealed class RunCommand
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "if", "then", "else", "elif", "do", "while", "until", "!", "{", "time" };

    /// <summary>Programs that start the one that is named after their options.</summary>
    private static readonly HashSet<string> Wrappers = new(StringComparer.Ordinal) { "sudo", "env", "exec", "command", "nice", "nohup", "eatmydata", "xargs", "builtin" };

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private readonly int _program;

    /// <param name="source">The text that the places of the words are meant in.</param>
    /// <param name="targets">The files it is redirected to or from.</param>
    /// <param name="depth">How many substitutions it stands in.</param>
    public RunCommand(TracedText source, IReadOnlyList<ShellWord> words, IReadOnlyList<ShellWord> targets, int depth)
    {
        (Source, Words, Targets, Depth) = (source, words, targets, depth);
        _program = FindProgram(words, out var sudo);
        Sudo = sudo < 0 ? null : words[sudo];
        Program = _program < words.Count ? words[_program].Text[(words[_program].Text.LastIndexOf('/') + 1)..] : "";
    }

    public TracedText Source { get; }

    public IReadOnlyList<ShellWord> Words { get; }

    public IReadOnlyList<ShellWord> Targets { get; }

    public int Depth { get; }

    /// <summary>What joins it to the command before.</summary>
    public ShellJoin Before { get; init; }

    /// <summary>What joins it to the command after.</summary>
    public ShellJoin Next { get; set; }

    /// <summary>The file name of the program, whatever <c>sudo</c>, <c>env</c> or assignments stand before it; <c>""</c> when there is none.</summary>
    public string Program { get; }

    public ShellWord? ProgramWord => _program < Words.Count ? Words[_program] : null;

    /// <summary>The word <c>sudo</c> that it is started with.</summary>
    public ShellWord? Sudo { get; }

    /// <summary>The line that the program stands on: a <c>then</c> may stand lines before.</summary>
    public int Line => Source.Place(Words.Count > 0 ? Words[Math.Min(_program, Words.Count - 1)].Start : Targets[0].Start).Line;

    /// <summary>The line that its last word ends on.</summary>
    public int EndLine => Source.Place(Words.Count > 0 ? Words[^1].End - 1 : Targets[^1].End - 1).Line;

    /// <summary>The words after the program.</summary>
    public IEnumerable<ShellWord> Arguments => Words.Skip(_program + 1);

    /// <summary>What is written before the program.</summary>
    public IEnumerable<ShellWord> Prefix => Words.Take(_program);

    public bool Is(params ReadOnlySpan<string> programs) => programs.Contains(Program);

    /// <summary>Whether one of these long options is given, with or without a value.</summary>
    public bool HasLong(params ReadOnlySpan<string> options)
    {
        foreach (var word in Arguments)
        {
            var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
            if (options.Contains(equals < 0 ? word.Text : word.Text[..equals]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a one-letter option is given, alone or among others.</summary>
    /// <param name="withValue">The letters after which the rest of the word is a value.</param>
    public bool HasShort(char option, string withValue = "")
    {
        foreach (var word in Arguments.Select(word => word.Text))
        {
            if (word.Length < 2 || word[0] != '-' || word[1] == '-')
            {
                continue;
            }

            foreach (var letter in word.AsSpan(1))
            {
                if (letter == option)
                {
                    return true;
                }

                if (withValue.Contains(letter, StringComparison.Ordinal))
                {
                    break;
                }
            }
        }

        return false;
    }

    private static int FindProgram(IReadOnlyList<ShellWord> words, out int sudo)
    {
        sudo = -1;
        var index = 0;
        while (index < words.Count)
        {
            var word = words[index];
            var name = word.Text[(word.Text.LastIndexOf('/') + 1)..];
            if (IsAssignment(word.Text) || (!word.IsQuoted && Reserved.Contains(word.Text)))
            {
                index++;
            }
            else if (Wrappers.Contains(name) && index + 1 < words.Count)
            {
                sudo = name == "sudo" && sudo < 0 ? index : sudo;
                index++;
                while (index < words.Count && words[index].Text.StartsWith('-'))
                {
                    index += TakesValue(name, words[index].Text) ? 2 : 1;
                }
            }
            else
            {
                return index;
            }
        }

        return words.Count;
    }

    private static bool TakesValue(string wrapper, string option) => wrapper switch
    {
        "sudo" => option is "-u" or "-g" or "-h" or "-p",
        "nice" => option is "-n",
        "xargs" => option is "-n" or "-I" or "-P" or "-L" or "-d" or "-a" or "-s",
        "env" => option is "-u" or "-C",
        _ => false,
    };

    private static bool IsAssignment(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && !char.IsAsciiDigit(word[0]) && word.AsSpan(0, equals).IndexOfAnyExcept(NameCharacters) < 0;
    }

}
