using System.Globalization;
using System.Text;
using AutoDevOps.Benchmarks.Chaos;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>Makes a text that a simple regular expression matches: letters, classes, groups, alternatives and counts. Of what may be repeated
/// without end, as little as there may be.</summary>
internal sealed class PatternText
{
    private const string Digits = "0123456789";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private static readonly string Word = Letters.ToUpperInvariant() + Letters + Digits + "_";

    private readonly string _pattern;
    private readonly Dice _dice;
    private int _at;

    private PatternText(string pattern, Dice dice) => (_pattern, _dice) = (pattern, dice);

    /// <returns>Null: the pattern has something that is not known here.</returns>
    public static string? Make(string pattern, Dice dice)
    {
        var made = new PatternText(pattern, dice);
        return made.Alternatives() is { } text && made._at == pattern.Length ? text : null;
    }

    private string? Alternatives()
    {
        var choices = new List<string>();
        do
        {
            if (Sequence() is not { } choice)
            {
                return null;
            }

            choices.Add(choice);
        }
        while (Take('|'));
        return _dice.Pick(choices);
    }

    private string? Sequence()
    {
        var text = new StringBuilder();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            var start = _at;
            if (Single() is not { } first || Count() is not { } count)
            {
                return null;
            }

            var end = _at;
            text.Append(count > 0 ? first : "");
            for (var more = 1; more < count; more++)
            {
                _at = start;
                text.Append(Single());
            }

            _at = end;
        }

        return text.ToString();
    }

    /// <summary>One character, class or group; an empty text for a boundary.</summary>
    private string? Single()
    {
        var character = _pattern[_at++];
        switch (character)
        {
            case '[':
                return Class() is { Length: > 0 } members ? _dice.Pick(members.ToCharArray()).ToString() : null;
            case '(':
                return Group();
            case '\\':
                return Escape() is { } escaped ? escaped.Length == 0 ? "" : _dice.Pick(escaped.ToCharArray()).ToString() : null;
            case '.':
                return _dice.Pick(Word.ToCharArray()).ToString();
            case '^' or '$':
                return "";
            default:
                return character.ToString();
        }
    }

    private string? Group()
    {
        if (Take('?'))
        {
            // Flags, with a group after them or without.
            var end = _pattern.AsSpan(_at).IndexOfAny(':', ')');
            if (end < 0 || _pattern.AsSpan(_at, end).ContainsAnyExcept("ims-"))
            {
                return null;
            }

            _at += end;
            if (Take(')'))
            {
                return "";
            }

            _at++;
        }

        return Alternatives() is { } text && Take(')') ? text : null;
    }

    /// <summary>What may stand for what follows a backslash; empty for a boundary.</summary>
    private string? Escape() => _at >= _pattern.Length ? null : _pattern[_at++] switch
    {
        'w' => Word,
        'd' => Digits,
        's' => " ",
        'n' => "\n",
        't' => "\t",
        'b' or 'z' or 'A' => "",
        var letter when char.IsLetterOrDigit(letter) => null,
        var sign => sign.ToString(),
    };

    private string? Class()
    {
        var members = new StringBuilder();
        while (_at < _pattern.Length && !Take(']'))
        {
            if (_pattern[_at] is '^' || _pattern.AsSpan(_at).StartsWith("[:"))
            {
                return null;
            }

            var first = _pattern[_at++];
            if (first == '\\')
            {
                members.Append(Escape());
            }
            else if (_at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']')
            {
                for (var member = first; member <= _pattern[_at + 1]; member++)
                {
                    members.Append(member);
                }

                _at += 2;
            }
            else
            {
                members.Append(first);
            }
        }

        return members.ToString();
    }

    private int? Count()
    {
        if (Take('?'))
        {
            return _dice.Roll(2);
        }

        if (Take('*'))
        {
            return Lazy(0);
        }

        if (Take('+'))
        {
            return Lazy(1);
        }

        if (!Take('{'))
        {
            return 1;
        }

        var end = _pattern.IndexOf('}', _at);
        var bounds = _pattern[_at..Math.Max(end, _at)].Split(',');
        if (end < 0 || !int.TryParse(bounds[0], CultureInfo.InvariantCulture, out var least))
        {
            return null;
        }

        _at = end + 1;
        return Lazy(bounds.Length > 1 && int.TryParse(bounds[1], CultureInfo.InvariantCulture, out var most) ? least + _dice.Roll(most - least + 1) : least);
    }

    private int Lazy(int count)
    {
        Take('?');
        return count;
    }

    private bool Take(char character)
    {
        if (_at >= _pattern.Length || _pattern[_at] != character)
        {
            return false;
        }

        _at++;
        return true;
    }
}
