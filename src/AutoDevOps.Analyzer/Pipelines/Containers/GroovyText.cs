using System.Globalization;
using System.Text;
using AutoDevOps.Analyzer.Reports;

namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>Strings of Groovy in which nothing is interpolated (single quotes).</summary>
internal static class GroovyText
{
    public static string Quote(string value)
    {
        var text = new StringBuilder("'");
        foreach (var character in value)
        {
            text.Append(character switch
            {
                '\\' => @"\\",
                '\'' => @"\'",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                _ when Printable.IsHidden(character) => $"\\u{((int)character).ToString("x4", CultureInfo.InvariantCulture)}",
                _ => character.ToString(),
            });
        }

        return text.Append('\'').ToString();
    }

    /// <summary>What a string that <see cref="Quote"/> wrote stands for.</summary>
    public static string Unquote(string literal)
    {
        var value = new StringBuilder();
        for (var index = 1; index < literal.Length - 1; index++)
        {
            if (literal[index] != '\\')
            {
                value.Append(literal[index]);
                continue;
            }

            var escaped = literal[++index];
            if (escaped == 'u' && literal.Length > index + 5 && int.TryParse(literal.AsSpan(index + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                value.Append((char)code);
                index += 4;
                continue;
            }

            value.Append(escaped switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => escaped,
            });
        }

        return value.ToString();
    }
}
