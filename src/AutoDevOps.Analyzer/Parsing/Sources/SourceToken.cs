namespace AutoDevOps.Analyzer.Parsing.Sources;

/// <summary>The lexical rules by which comments and texts are told from code.</summary>
internal enum SourceLanguage
{
    CSharp,
    JavaScript,
    Python,
    Go,
    Java,
}

internal enum TokenKind : byte
{
    Word,
    Number,

    /// <summary>One character of punctuation.</summary>
    Mark,

    /// <summary>A text, or one of its pieces when values are put in between.</summary>
    Text,

    /// <summary>What is put into a text: its place in it, as it is written.</summary>
    Hole,

    /// <summary>A regular expression of JavaScript.</summary>
    Pattern,
}

/// <summary>A piece of code; comments and white space are none.</summary>
/// <param name="Open">Characters at the start that are quotes and their prefix.</param>
/// <param name="Close">Characters at the end that are quotes.</param>
/// <param name="Continues">Whether it belongs to the same text as the one before.</param>
internal readonly record struct SourceToken(TokenKind Kind, int Start, int End, byte Open = 0, byte Close = 0, bool Continues = false)
{
    public int ContentStart => Start + Open;

    public int ContentEnd => Math.Max(End - Close, Start + Open);
}
