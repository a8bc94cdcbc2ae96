using System.Buffers;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Tells whether a variable of a pipeline holds a password or token as it is.</summary>
/// <remarks>What is random, or has a format of its own, the rules on secrets find in any file.</remarks>
internal static partial class ClearSecret
{
    private static readonly SearchValues<char> Elsewhere = SearchValues.Create("$<{( \t/\\");

    private const int MinLength = 8;
    private const int MaxLength = 200;

    public static bool Is(string name, string? value) =>
        value is { Length: >= MinLength and <= MaxLength }
        && Names().IsMatch(name) && !Services().IsMatch(name)
        && !value.AsSpan().ContainsAny(Elsewhere)
        && value.Any(char.IsAsciiLetter) && value.Any(character => !char.IsAsciiLetter(character) && character is not ('-' or '_' or '.'))
        && !Placeholders.IsPlaceholder(value)
        && !(value.Length >= 20 && Randomness.IsMixed(value))
        && !SecretRedactor.IsNeeded($"{name}: {value}");

    public static IEnumerable<DataNode> In(DataNode? variables) =>
        (variables?.Entries ?? []).Where(entry => entry.Key.Text is { } name && Is(name, (entry.Value["value"] ?? entry.Value).Text)).Select(entry => entry.Key);

    [GeneratedRegex("(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|SECRET_?KEY|ACCESS_?KEY)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Names();

    /// <summary>Services that a job starts for itself have a password that opens nothing else.</summary>
    [GeneratedRegex("TEST|DUMMY|EXAMPLE|FAKE|POSTGRES|PG|MYSQL|MARIADB|MONGO|REDIS|RABBIT|DB_|DATABASE|SQL|SA_|ELASTIC|MINIO|LOCAL|DEV|PUBLIC|ROOT|KEYSTORE|LDAP|NEO4J|CLICKHOUSE", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Services();
}
