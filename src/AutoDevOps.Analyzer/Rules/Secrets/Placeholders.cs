using System.Buffers;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Tells values that stand for a secret from secrets.</summary>
internal static partial class Placeholders
{
    /// <summary>Whether the value says itself that it is none: an example, a run of one character, a template.</summary>
    public static bool IsPlaceholder(string value) =>
        Words().IsMatch(value)
        || Runs().IsMatch(value)
        || Sequences.Any(sequence => value.Contains(sequence, StringComparison.OrdinalIgnoreCase))
        || DistinctCharacters(value) < 4
        || IsRepeated(value)
        || IsWordInBase64(value);

    /// <summary>Bits per character, Shannon.</summary>
    public static double Entropy(ReadOnlySpan<char> value)
    {
        // Secrets are ASCII; what is not may share its place with something that is.
        Span<int> counts = stackalloc int[128];
        foreach (var character in value)
        {
            counts[character & 127]++;
        }

        var entropy = 0.0;
        foreach (var count in counts)
        {
            if (count > 0)
            {
                var share = (double)count / value.Length;
                entropy -= share * Math.Log2(share);
            }
        }

        return entropy;
    }

    private static readonly SearchValues<char> WordCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-_ .");

    private static readonly string[] Sequences = ["12345678", "abcdefgh", "87654321", "01234567", "deadbeef", "qwertyui"];

    /// <summary>Whether it is one short piece again and again: <c>abc1abc1abc1</c>.</summary>
    private static bool IsRepeated(string value)
    {
        for (var period = 1; period <= 10 && period * 3 <= value.Length; period++)
        {
            if (value.AsSpan(period).SequenceEqual(value.AsSpan(0, value.Length - period)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is base64 of what a person wrote to stand for a secret: small letters, and no more than a separator between words.</summary>
    private static bool IsWordInBase64(string value) =>
        value.Length is >= 8 and <= 120 && Base64Text.Decode(value) is { } text && !text.AsSpan().ContainsAnyExcept(WordCharacters);

    private static int DistinctCharacters(string value) => value.Distinct().Count();

    [GeneratedRegex(@"example|sample|placeholder|changeme|change[-_]?me|your[-_]?|dummy|fake|redacted|notreal|not[-_]a[-_]|insert|replace|<[^>]*>|\{\{|\$\{|%\(|^(password|passwd|secret|token|postgres|root|admin|test|dev|development|none|null|true|false|default|unset|build|dummy|todo|secret_?key(_?base)?)\d{0,4}$|\.\.\.|…|\*\*\*|^process\.env|^os\.environ|^import\.meta|^getenv|^env[.\[(]|^secrets\.|^vars\.|^config\.|asdf|only[-_]for|for[-_]build|build[-_]?time|insecure|local", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Words();

    [GeneratedRegex(@"x{5}|X{5}|0{6}|1{6}|a{6}|A{6}|f{6}|_{4}|-{4}|\.{4}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Runs();
}
