using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Parsing.Sources;

/// <summary>A piece of a text that code puts together: words of the program, or the expression whose value goes in.</summary>
internal readonly record struct TextPart(bool IsLiteral, string Text);

/// <summary>Texts that code puts together of literals and values: by <c>+</c>, by interpolation, by formats.</summary>
internal static partial class BuiltText
{
    private const int MaxDepth = 4;
    private const int MaxParts = 500;

    /// <summary>The parts in their order, when there is a literal and a value among them; null when there is not, or when it cannot be told.</summary>
    public static IReadOnlyList<TextPart>? Read(SourceTokens tokens, SourceArgument argument) => Read(tokens, argument.First, argument.End);

    public static IReadOnlyList<TextPart>? Read(SourceTokens tokens, int first, int end)
    {
        List<TextPart> parts = [];
        return Add(tokens, first, end, parts, 0, follows: false) && parts.Any(part => part.IsLiteral && part.Text.Length > 0) && parts.Exists(part => !part.IsLiteral) ? parts : null;
    }

    /// <summary>The parts in their order, each name in them followed to what it was given before; null when it cannot be told.</summary>
    public static IReadOnlyList<TextPart>? Follow(SourceTokens tokens, SourceArgument argument)
    {
        List<TextPart> parts = [];
        return Add(tokens, argument.First, argument.End, parts, 0, follows: true) ? parts : null;
    }

    /// <summary>Whether what is put in can bring nothing new: a constant, a number, or something that was made harmless.</summary>
    public static bool IsHarmless(string value) => Harmless().IsMatch(value);

    private static bool Add(SourceTokens tokens, int first, int end, List<TextPart> parts, int depth, bool follows)
    {
        if (depth > MaxDepth || parts.Count > MaxParts)
        {
            return false;
        }

        var operand = first;
        for (var at = first; at < end; at = tokens.After(at))
        {
            WorkBudget.Spend(1);
            if (tokens[at].Kind != TokenKind.Mark)
            {
                // Python's "x if y else z", "x or y" are choices.
                if (tokens.Language == SourceLanguage.Python && tokens.Text(at) is "if" or "or" or "and" or "for" or "lambda")
                {
                    return false;
                }

                continue;
            }

            switch (tokens.Source[tokens[at].Start])
            {
                case '+' when at > operand:
                    if (!AddOperand(tokens, operand, at, parts, depth, follows))
                    {
                        return false;
                    }

                    operand = at + 1;
                    break;
                case '%' when tokens.Language == SourceLanguage.Python && at == operand + 1 && tokens.IsText(operand):
                    return AddFormat(tokens.Content(operand).ToString(), PercentHole(), Values(tokens, at + 1, end, follows), parts);
                case '?' when tokens.Is(at + 1, "."):
                case '.' or '(' or '[' or '!' or '@':
                    break;
                default:
                    return false;
            }
        }

        return operand < end && AddOperand(tokens, operand, end, parts, depth, follows);
    }

    private static bool AddOperand(SourceTokens tokens, int first, int end, List<TextPart> parts, int depth, bool follows)
    {
        var at = first;
        while (at < end && tokens[at].Kind is TokenKind.Text or TokenKind.Hole && tokens[at].End > 0)
        {
            parts.Add(tokens[at].Kind == TokenKind.Text ? new(true, tokens.Content(at).ToString()) : Value(tokens, tokens.Text(at).ToString()));
            at++;
        }

        if (at == end)
        {
            return true;
        }

        if (at > first)
        {
            return at == first + 1 && AddMethod(tokens, first, end, parts, follows);
        }

        if (tokens.Is(first, "(") && tokens.Partner(first) == end - 1)
        {
            return Add(tokens, first + 1, end - 1, parts, depth + 1, follows);
        }

        if (follows && depth < MaxDepth && tokens.Resolve(new("", first, end)) is var given && given.First != first)
        {
            var count = parts.Count;
            if (Add(tokens, given.First, given.End, parts, depth + 1, follows))
            {
                return true;
            }

            if (parts.Count > MaxParts)
            {
                return false;
            }

            parts.RemoveRange(count, parts.Count - count);
            parts.Add(Value(tokens, tokens.Between(given.First, given.End)));
            return true;
        }

        if (AddFormatCall(tokens, first, end, parts) is { } isFormat)
        {
            return isFormat;
        }

        parts.Add(tokens[first].Kind == TokenKind.Number ? new(true, "0") : Value(tokens, tokens.Between(first, end)));
        return true;
    }

    /// <summary>The values of a format as they are written; a lone name, or one in brackets, is followed.</summary>
    private static string Values(SourceTokens tokens, int first, int end, bool follows)
    {
        var name = tokens.Is(first, "(") && tokens.Is(end - 1, ")") ? first + 1 : first;
        var isOne = name == first ? end == first + 1 : end == first + 3 || (end == first + 4 && tokens.Is(first + 2, ","));
        return follows && isOne && tokens.Resolve(new("", name, name + 1)) is var given && given.First != name ? tokens.Between(given.First, given.End) : tokens.Between(first, end);
    }

    /// <summary><c>"…".format(x)</c> and <c>"…".formatted(x)</c>; whatever else is done to a literal is not understood.</summary>
    private static bool AddMethod(SourceTokens tokens, int text, int end, List<TextPart> parts, bool follows)
    {
        if (!tokens.Is(text + 1, ".") || !tokens.Is(text + 3, "(") || tokens.Partner(text + 3) != end - 1)
        {
            return false;
        }

        parts.RemoveAt(parts.Count - 1);
        var values = Values(tokens, text + 4, end - 1, follows);
        return tokens.Text(text + 2) switch
        {
            "format" when tokens.Language == SourceLanguage.Python => AddFormat(tokens.Content(text).ToString(), BraceHole(), values, parts),
            "formatted" => AddFormat(tokens.Content(text).ToString(), PercentHole(), values, parts),
            _ => false,
        };
    }

    /// <summary><c>String.Format</c>, <c>String.format</c>, <c>fmt.Sprintf</c>; null when it is none of them.</summary>
    private static bool? AddFormatCall(SourceTokens tokens, int first, int end, List<TextPart> parts)
    {
        var isFormat = tokens.Is(first + 1, ".") && tokens.Is(first + 3, "(") && tokens.Partner(first + 3) == end - 1
            && (tokens.Text(first).ToString(), tokens.Text(first + 2).ToString(), tokens.Language) is
                ("String" or "string", "Format", SourceLanguage.CSharp) or ("String", "format", SourceLanguage.Java) or ("fmt", "Sprintf", SourceLanguage.Go);
        if (!isFormat)
        {
            return null;
        }

        return tokens.IsText(first + 4) && tokens.Is(first + 5, ",")
            && AddFormat(tokens.Content(first + 4).ToString(), tokens.Language == SourceLanguage.CSharp ? BraceHole() : PercentHole(), tokens.Between(first + 6, end - 1), parts);
    }

    private static bool AddFormat(string format, Regex hole, string values, List<TextPart> parts)
    {
        var start = 0;
        foreach (var match in hole.EnumerateMatches(format))
        {
            parts.Add(new(true, format[start..match.Index]));
            parts.Add(IsHarmless(values) ? new(true, "0") : new(false, values));
            start = match.Index + match.Length;
            if (parts.Count > MaxParts)
            {
                return false;
            }
        }

        parts.Add(new(true, format[start..]));
        return true;
    }

    private static TextPart Value(SourceTokens tokens, string value) =>
        IsHarmless(value) || (Name().IsMatch(value) && tokens.IsConstant(value)) ? new(true, "0") : new(false, value);

    // Constants by their look, numbers, what counts or quotes.
    [GeneratedRegex(@"^\(?\s*([\w.]*\.)?(_*[A-Z][A-Z0-9_]+|\d[\w.]*)\s*,?\s*\)?$|\b(int|float|len|Number|parseInt|parseFloat|bool|quote|shlex|escape\w*|Escape\w*|sanitize\w*|Sanitize\w*|quote\w*|Quote\w*|shellescape|encodeURIComponent|Convert\.ToInt32|placeholders?|Placeholders?|nameof|typeof|Guid|uuid\w*|UUID|__file__|sys\.executable)\b|\b(hash|md5|sha1|sha256|hexdigest)\(|(?i:quoted|escaped|sanitized|placeholder)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Harmless();

    [GeneratedRegex(@"^\w+$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    // Texts only: a number cannot leave its place.
    [GeneratedRegex(@"%(\([^)]*\))?-?[0-9]*[svq]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PercentHole();

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex BraceHole();
}
