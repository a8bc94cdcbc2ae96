namespace AutoDevOps.Analyzer.Parsing;

/// <summary>The lexical rules by which comments and texts are told from code.</summary>
internal enum SourceLanguage
{
    CSharp,
    JavaScript,
    Python,
    Go,
}

/// <summary>A source file with comments and the contents of texts blanked, so that a pattern only sees code.</summary>
internal static class SourceCode
{
    /// <summary>A text of the same length and with the same line ends.</summary>
    public static string Mask(string text, SourceLanguage language)
    {
        WorkBudget.Spend(text.Length / 8);
        var masked = text.ToCharArray();
        for (var index = 0; index < text.Length;)
        {
            var end = EndOfComment(text, index, language);
            if (end == index)
            {
                var quote = EndOfText(text, index, language, out var open);
                if (quote == index)
                {
                    index++;
                    continue;
                }

                Blank(masked, index + open, Math.Max(index + open, quote - open));
                index = quote;
                continue;
            }

            Blank(masked, index, end);
            index = end;
        }

        return new(masked);
    }

    /// <summary>The index after the comment that starts here, or <paramref name="at"/> when none does.</summary>
    private static int EndOfComment(string text, int at, SourceLanguage language)
    {
        if (language == SourceLanguage.Python)
        {
            return text[at] == '#' ? Until(text, at, "\n", 0) : at;
        }

        if (text[at] != '/' || at + 1 == text.Length)
        {
            return at;
        }

        return text[at + 1] switch
        {
            '/' => Until(text, at, "\n", 0),
            '*' => Until(text, at + 2, "*/", 2),
            _ => at,
        };
    }

    /// <summary>The index after the text that starts here, or <paramref name="at"/> when none does.</summary>
    private static int EndOfText(string text, int at, SourceLanguage language, out int open)
    {
        open = 1;
        var quote = text[at];
        if (quote is not ('"' or '\'') && (quote != '`' || language is SourceLanguage.Python or SourceLanguage.CSharp))
        {
            return at;
        }

        var triple = new string(quote, 3);
        if (language is SourceLanguage.Python or SourceLanguage.CSharp && quote != '`' && text.AsSpan(at).StartsWith(triple))
        {
            open = 3;
            return Until(text, at + 3, triple, 3);
        }

        if (language == SourceLanguage.CSharp && quote == '"' && at > 0 && (text[at - 1] == '@' || (text[at - 1] == '$' && at > 1 && text[at - 2] == '@')))
        {
            return EndOfVerbatim(text, at);
        }

        var raw = language == SourceLanguage.Go && quote == '`';
        for (var index = at + 1; index < text.Length; index++)
        {
            if (text[index] == quote)
            {
                return index + 1;
            }

            if (text[index] == '\n' && quote != '`')
            {
                // An unpaired quote, as in a regular expression: nothing beyond the line is swallowed.
                return at;
            }

            index += text[index] == '\\' && !raw ? 1 : 0;
        }

        return at;
    }

    private static int EndOfVerbatim(string text, int at)
    {
        for (var index = at + 1; index < text.Length; index++)
        {
            if (text[index] == '"')
            {
                if (index + 1 < text.Length && text[index + 1] == '"')
                {
                    index++;
                    continue;
                }

                return index + 1;
            }
        }

        return text.Length;
    }

    private static int Until(string text, int from, string end, int length)
    {
        var found = from < text.Length ? text.IndexOf(end, from, StringComparison.Ordinal) : -1;
        return found < 0 ? text.Length : found + length;
    }

    private static void Blank(char[] text, int start, int end)
    {
        for (var index = start; index < end && index < text.Length; index++)
        {
            if (text[index] is not ('\n' or '\r'))
            {
                text[index] = ' ';
            }
        }
    }
}
