using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Reports;

namespace AutoDevOps.Server.GitHub;

/// <summary>Writes for GitHub what a repository says, so that it is read and nothing else: it mentions nobody, closes nothing, leads nowhere.</summary>
/// <remarks>Mentions and references are looked for in the text that Markdown gives, so escapes do not stop them; code and a space without
/// width do. Source: https://docs.github.com/en/get-started/writing-on-github</remarks>
internal static partial class GitHubMarkdown
{
    /// <summary>What the body of a pull request, or the summary of a check, may have.</summary>
    public const int MaxText = 65_535;

    private const string Nothing = "&#8203;";

    /// <summary>As code.</summary>
    /// <param name="most">What is longer is cut.</param>
    public static string Code(string text, int most = 200)
    {
        var shown = Printable.Visible(Printable.Cut(text, most)) + (text.Length > most ? "…" : "");
        if (shown.Length == 0)
        {
            return "";
        }

        var fence = new string('`', Ticks().EnumerateMatches(shown).LongestLength() + 1);
        var space = shown[0] is '`' or ' ' || shown[^1] is '`' or ' ' ? " " : "";
        return $"{fence}{space}{shown}{space}{fence}";
    }

    /// <summary>As running text.</summary>
    /// <param name="most">What is longer is cut.</param>
    public static string Prose(string text, int most = 600)
    {
        var shown = Printable.Cut(text, most);
        var escaped = new StringBuilder(shown.Length + 16);
        for (var index = 0; index < shown.Length; index++)
        {
            var character = shown[index];
            _ = character switch
            {
                '<' => escaped.Append("&lt;"),
                '&' => escaped.Append("&amp;"),
                '@' => escaped.Append('@').Append(Nothing),
                '#' => escaped.Append("\\#").Append(Nothing),
                ':' when shown.AsSpan(index).StartsWith("://") => escaped.Append(':').Append(Nothing),
                '.' when index >= 3 && shown.AsSpan(index - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase) => escaped.Append(Nothing).Append('.'),
                '-' when index >= 2 && shown.AsSpan(index - 2, 2).Equals("GH", StringComparison.OrdinalIgnoreCase) => escaped.Append(Nothing).Append('-'),
                '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '(' or ')' or '!' or '|' or '~' or '>' => escaped.Append('\\').Append(character),
                '+' or '-' or '=' when index == 0 => escaped.Append('\\').Append(character),
                '.' when shown.AsSpan(0, index).IndexOfAnyExceptInRange('0', '9') < 0 => escaped.Append("\\."),
                _ => escaped.Append(Printable.IsHidden(character) ? '\uFFFD' : character),
            };
        }

        return escaped.Append(text.Length > most ? "…" : "").ToString();
    }

    /// <summary>A place in a commit, as a link to it.</summary>
    /// <param name="web">Where people see GitHub.</param>
    /// <param name="repository"><c>owner/name</c>.</param>
    /// <param name="line">From 1; 0 for the whole file.</param>
    public static string Place(Uri web, string repository, string commit, string path, int line)
    {
        var code = Code(line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{path}:{line}") : path);
        var parts = path.Split('/');
        return parts.Any(part => part is "" or "." or "..") ? code
            : $"[{code}]({new Uri(web, $"/{repository}/blob/{commit}/{string.Join('/', parts.Select(Uri.EscapeDataString))}").AbsoluteUri}{(line > 0 ? string.Create(CultureInfo.InvariantCulture, $"#L{line}") : "")})";
    }

    /// <summary>For a title or a commit message, where nothing can be escaped: the text if it is a plain name, else null.</summary>
    public static string? Plain(string text) => PlainName().IsMatch(text) && !Reference().IsMatch(text) ? text : null;

    private static int LongestLength(this Regex.ValueMatchEnumerator matches)
    {
        var longest = 0;
        foreach (var match in matches)
        {
            longest = Math.Max(longest, match.Length);
        }

        return longest;
    }

    [GeneratedRegex("`+", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Ticks();

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]{1,120}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();

    [GeneratedRegex("gh-[0-9]|www\\.", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Reference();
}
