using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Reports;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Writes a string so that every YAML reader reads back just that string.</summary>
/// <remarks>Plain where no reader could see anything else, single quotes where that suffices, double quotes with escapes for the rest
/// (YAML 1.2.2, 7.3). Words that YAML 1.1 takes for booleans are quoted too, since Ruby's and Python's readers still do.</remarks>
internal static partial class YamlText
{
    public static string Scalar(string value)
    {
        if (value.Any(Printable.IsHidden))
        {
            return DoubleQuoted(value);
        }

        return Plain().IsMatch(value) && !Ambiguous().IsMatch(value) && !value.Contains(": ", StringComparison.Ordinal) && !value.EndsWith(':')
            && !value.Contains(" #", StringComparison.Ordinal) && !value.EndsWith(' ') && !value.StartsWith("...", StringComparison.Ordinal) && !Indicator().IsMatch(value)
            ? value
            : SingleQuoted(value);
    }

    /// <summary>As an item of a list in brackets, where commas and brackets mean something too.</summary>
    public static string FlowScalar(string value) =>
        Scalar(value) is var text && text[0] is not ('"' or '\'') && value.AsSpan().IndexOfAny(",[]{}") >= 0 ? SingleQuoted(value) : text;

    /// <summary>Text for a comment: one line, whatever it held.</summary>
    public static string Comment(string text) => string.Concat(text.Select(character => Printable.IsHidden(character) ? ' ' : character));

    private static string SingleQuoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string DoubleQuoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            text.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                >= ' ' and <= '~' => rune.ToString(),
                > 0xFFFF => $"\\U{rune.Value.ToString("x8", CultureInfo.InvariantCulture)}",
                _ => $"\\u{rune.Value.ToString("x4", CultureInfo.InvariantCulture)}",
            });
        }

        return text.Append('"').ToString();
    }

    /// <summary>Starts with a letter, a digit, <c>.</c>, <c>/</c>, <c>$</c> or <c>_</c>: none of YAML's indicators.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9./$_][^\x00-\x1f]*$", RegexOptions.NonBacktracking)]
    private static partial Regex Plain();

    /// <summary>A word within the text that starts like an alias, a tag or a block: legal, and misread by some.</summary>
    [GeneratedRegex(@" ([*&!|>@%`]|[?-]($|[^A-Za-z0-9=-]))", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Indicator();

    /// <summary>What some version of YAML reads as null, a boolean, a number or a time.</summary>
    [GeneratedRegex(@"^(|~|null|true|false|yes|no|on|off|y|n|[-+]?\.?[0-9][-+0-9a-fox._:,TZ ]*|[-+]?\.(inf|nan))$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Ambiguous();
}
