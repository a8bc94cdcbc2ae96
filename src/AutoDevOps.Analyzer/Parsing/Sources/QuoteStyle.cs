namespace AutoDevOps.Analyzer.Parsing.Sources;

/// <summary>How a text that begins somewhere is written, and so where it ends.</summary>
/// <param name="Open">Characters of its prefix and quotes.</param>
/// <param name="Count">Quotes that end it.</param>
/// <param name="IsRaw">A backslash stands for itself.</param>
/// <param name="IsDoubled">A quote in it is written twice.</param>
/// <param name="Braces">Braces that begin a value in it; 0: there are none.</param>
/// <param name="Spans">It may go on on the next line.</param>
internal readonly record struct QuoteStyle(int Open, char Quote, int Count, bool IsRaw = false, bool IsDoubled = false, int Braces = 0, bool Spans = false)
{
    /// <summary>The text that begins here, or null when none does.</summary>
    public static QuoteStyle? At(string text, int at, SourceLanguage language) => language switch
    {
        SourceLanguage.Python => Python(text, at),
        SourceLanguage.CSharp => CSharp(text, at),
        _ => Other(text, at, language),
    };

    /// <param name="skip">How many characters to go on by, if the text does not end here.</param>
    public bool IsEnd(string text, int index, out int skip)
    {
        skip = 1;
        if (IsDoubled && index + 1 < text.Length && text[index + 1] == Quote)
        {
            skip = 2;
            return false;
        }

        for (var count = 1; count < Count; count++)
        {
            if (index + count >= text.Length || text[index + count] != Quote)
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="content">Where the value begins, if one does here.</param>
    /// <param name="past">How many characters to go on by, if none does.</param>
    public bool HoleAt(string text, int index, SourceLanguage language, out int content, out int past)
    {
        (content, past) = (0, 1);
        if (language == SourceLanguage.JavaScript)
        {
            content = text[index] == '$' && index + 1 < text.Length && text[index + 1] == '{' ? index + 2 : 0;
            return content > 0;
        }

        if (text[index] != '{')
        {
            return false;
        }

        var run = 1;
        while (index + run < text.Length && text[index + run] == '{')
        {
            run++;
        }

        // With one brace for a value, two stand for one; with more, the first of a longer run are text.
        past = Braces == 1 ? Math.Max(run & ~1, 1) : run;
        if (Braces == 1 ? run == 1 : run == Braces)
        {
            content = index + run;
        }

        return content > 0;
    }

    private static QuoteStyle? Python(string text, int at)
    {
        var quote = at;
        while (quote < text.Length && quote < at + 2 && "rbfutRBFUT".Contains(text[quote], StringComparison.Ordinal))
        {
            quote++;
        }

        if (quote >= text.Length || text[quote] is not ('"' or '\''))
        {
            return null;
        }

        var count = Run(text, quote, text[quote]) >= 3 ? 3 : 1;
        var holes = text.AsSpan(at, quote - at).IndexOfAny('f', 'F') >= 0;

        // In a raw text, too, a backslash keeps the quote after it from ending the text.
        return new(quote - at + count, text[quote], count, Braces: holes ? 1 : 0, Spans: count == 3);
    }

    private static QuoteStyle? CSharp(string text, int at)
    {
        var quote = at;
        while (quote < text.Length && quote < at + 8 && text[quote] is '$' or '@')
        {
            quote++;
        }

        if (quote >= text.Length || !(text[quote] == '"' || (text[quote] == '\'' && quote == at)))
        {
            return null;
        }

        var prefix = text.AsSpan(at, quote - at);
        var holes = prefix.Count('$');
        var run = text[quote] == '"' ? Run(text, quote, '"') : 1;
        if (prefix.Contains('@'))
        {
            return new(quote - at + 1, '"', 1, IsRaw: true, IsDoubled: true, Braces: holes, Spans: true);
        }

        return run is >= 3 and < 100
            ? new(quote - at + run, '"', run, IsRaw: true, Braces: holes, Spans: true)
            : new(quote - at + 1, text[quote], 1, Braces: holes);
    }

    private static QuoteStyle? Other(string text, int at, SourceLanguage language) => text[at] switch
    {
        '"' when language == SourceLanguage.Java && Run(text, at, '"') >= 3 => new(3, '"', 3, Spans: true),
        '"' or '\'' => new(1, text[at], 1),
        '`' when language == SourceLanguage.JavaScript => new(1, '`', 1, Braces: 1, Spans: true),
        '`' when language == SourceLanguage.Go => new(1, '`', 1, IsRaw: true, Spans: true),
        _ => null,
    };

    private static int Run(string text, int at, char character)
    {
        var end = at;
        while (end < text.Length && end < at + 100 && text[end] == character)
        {
            end++;
        }

        return end - at;
    }
}
