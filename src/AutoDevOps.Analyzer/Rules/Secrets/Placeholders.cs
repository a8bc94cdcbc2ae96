using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Tells values that stand for a secret from secrets.</summary>
internal static partial class Placeholders
{
    /// <summary>Whether the value says itself that it is none: an example, a run of one character, a template.</summary>
    public static bool IsPlaceholder(string value) =>
        Words().IsMatch(value) || Runs().IsMatch(value) || Sequences.Any(sequence => value.Contains(sequence, StringComparison.OrdinalIgnoreCase)) || DistinctCharacters(value) < 4;

    /// <summary>Bits per character, Shannon.</summary>
    public static double Entropy(ReadOnlySpan<char> value)
    {
        var counts = new Dictionary<char, int>();
        foreach (var character in value)
        {
            counts[character] = counts.GetValueOrDefault(character) + 1;
        }

        var entropy = 0.0;
        foreach (var count in counts.Values)
        {
            var share = (double)count / value.Length;
            entropy -= share * Math.Log2(share);
        }

        return entropy;
    }

    private static readonly string[] Sequences = ["12345678", "abcdefgh", "87654321", "01234567", "deadbeef", "qwertyui"];

    private static int DistinctCharacters(string value) => value.Distinct().Count();

    [GeneratedRegex(@"example|sample|placeholder|changeme|change[-_]?me|your[-_]?|dummy|fake|redacted|notreal|not[-_]a[-_]|insert|replace|<[^>]*>|\{\{|\$\{|%\(|^(password|passwd|secret|token|postgres|root|admin|test|dev|development|none|null|true|false|default|unset|build|dummy|todo|secret_?key(_?base)?)\d{0,4}$|\.\.\.|\*\*\*|only[-_]for|for[-_]build|build[-_]?time|insecure|local", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Words();

    [GeneratedRegex(@"x{5}|X{5}|0{6}|1{6}|a{6}|A{6}|f{6}|_{4}|-{4}|\.{4}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Runs();
}
