using System.Text;

namespace AutoDevOps.Benchmarks.Accuracy;

internal enum GoTokenKind
{
    Name,
    Text,
    Number,
    Sign,
    End,
}

internal readonly record struct GoToken(GoTokenKind Kind, string Text, int Line)
{
    public bool Is(string sign) => Kind == GoTokenKind.Sign && Text == sign;
}

/// <summary>Cuts Go into names, texts, numbers and signs; comments are left away.</summary>
internal static class GoSource
{
    private static readonly string[] Signs = [":=", "..."];

    public static List<GoToken> Tokens(string source)
    {
        var tokens = new List<GoToken>();
        var line = 1;
        for (var at = 0; at < source.Length;)
        {
            var start = at;
            var token = Next(source, ref at, line);
            line += source.AsSpan(start, at - start).Count('\n');
            if (token is { } found)
            {
                tokens.Add(found);
            }
        }

        tokens.Add(new(GoTokenKind.End, "", line));
        return tokens;
    }

    private static GoToken? Next(string source, ref int at, int line)
    {
        var first = source[at];
        if (char.IsWhiteSpace(first))
        {
            at++;
            return null;
        }

        if (source.AsSpan(at).StartsWith("//") || source.AsSpan(at).StartsWith("/*"))
        {
            var ending = source[at + 1] == '/' ? "\n" : "*/";
            var end = source.IndexOf(ending, at, StringComparison.Ordinal);
            at = end < 0 ? source.Length : end + ending.Length;
            return null;
        }

        if (first is '"' or '`' or '\'')
        {
            return new(first == '\'' ? GoTokenKind.Number : GoTokenKind.Text, Quoted(source, ref at), line);
        }

        if (char.IsLetter(first) || first == '_' || char.IsAsciiDigit(first))
        {
            var start = at;
            while (at < source.Length && (char.IsLetterOrDigit(source[at]) || source[at] == '_'))
            {
                at++;
            }

            return new(char.IsAsciiDigit(first) ? GoTokenKind.Number : GoTokenKind.Name, source[start..at], line);
        }

        var from = at;
        var sign = Array.Find(Signs, sign => source.AsSpan(from).StartsWith(sign)) ?? first.ToString();
        at += sign.Length;
        return new(GoTokenKind.Sign, sign, line);
    }

    private static string Quoted(string source, ref int at)
    {
        var quote = source[at++];
        var text = new StringBuilder();
        while (at < source.Length && source[at] != quote)
        {
            if (source[at] == '\\' && quote != '`')
            {
                at++;
                text.Append(Escaped(source, ref at));
            }
            else
            {
                text.Append(source[at++]);
            }
        }

        at++;
        return text.ToString();
    }

    private static string Escaped(string source, ref int at)
    {
        var letter = source[at++];
        var digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            var code = Convert.ToInt32(source.Substring(at, digits), 16);
            at += digits;
            return char.ConvertFromUtf32(code);
        }

        return letter switch { 'n' => "\n", 't' => "\t", 'r' => "\r", _ => letter.ToString() };
    }
}
