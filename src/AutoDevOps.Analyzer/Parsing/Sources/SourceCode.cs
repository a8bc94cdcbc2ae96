namespace AutoDevOps.Analyzer.Parsing.Sources;

/// <summary>A source file with comments and the contents of texts blanked, so that a pattern only sees code.</summary>
internal static class SourceCode
{
    /// <summary>A text of the same length and with the same line ends.</summary>
    public static string Mask(SourceTokens tokens)
    {
        WorkBudget.Spend(tokens.Source.Length / 8);
        return string.Create(tokens.Source.Length, tokens, static (masked, tokens) =>
        {
            var text = tokens.Source;
            for (var index = 0; index < masked.Length; index++)
            {
                masked[index] = text[index] is '\n' or '\r' ? text[index] : ' ';
            }

            for (var index = 0; index < tokens.Count; index++)
            {
                var token = tokens[index];
                if (token.Kind is TokenKind.Text)
                {
                    text.AsSpan(token.Start, token.ContentStart - token.Start).CopyTo(masked[token.Start..]);
                    text.AsSpan(token.ContentEnd, token.End - token.ContentEnd).CopyTo(masked[token.ContentEnd..]);
                }
                else if (token.Kind is not (TokenKind.Hole or TokenKind.Pattern))
                {
                    text.AsSpan(token.Start, token.End - token.Start).CopyTo(masked[token.Start..]);
                }
            }
        });
    }
}
