using System.Globalization;
using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Reports;

/// <summary>What may be shown to a person: text from a repository must neither steer a terminal nor read differently from what it is.</summary>
public static class Printable
{
    private const int MostQuoted = 10_000;

    /// <summary>Control characters (C0 and C1), line and paragraph separators, and the invisible ones that change the direction of text
    /// (Unicode's Bidirectional Algorithm; "Trojan Source", CVE-2021-42574) or have no width.</summary>
    public static bool IsHidden(char character) =>
        char.IsControl(character)
        || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>The text if it is short enough, else its beginning; no character is cut in half.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    /// <summary>The beginning of a text that a message quotes. Secrets are taken out first: half of one is not recognised any more.</summary>
    public static string Short(string text, int length) => Cut(SecretRedactor.Redact(Cut(text, MostQuoted)), length);

    /// <summary>The text with U+FFFD in the place of each such character.</summary>
    public static string Visible(string text) =>
        text.Any(IsHidden) ? string.Concat(text.Select(character => IsHidden(character) ? '\uFFFD' : character)) : text;
}
