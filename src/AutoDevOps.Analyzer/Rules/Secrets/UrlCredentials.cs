using System.Buffers;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Tells user and password in an address that open something from those of a developer's machine and of manuals.</summary>
internal static partial class UrlCredentials
{
    /// <summary>What stands around the name of a variable.</summary>
    private static readonly SearchValues<char> Templates = SearchValues.Create("$%{}[]()<>*\\");

    /// <param name="candidate">From a pattern with the groups <c>user</c> and <c>host</c>.</param>
    public static bool AreReal(SecretCandidate candidate) =>
        IsElsewhere(candidate.Match.Groups["host"].Value) && !IsUsual(candidate.Match.Groups["user"].Value, candidate.Secret);

    /// <summary>Whether base64 holds a user and a password that open something (RFC 7617).</summary>
    public static bool AreRealInBase64(string secret) =>
        Base64Text.Decode(secret) is { } text
        && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        && !IsUsual(text[..colon], text[(colon + 1)..]);

    /// <summary>Whether a password is one that everybody uses, or stands for another.</summary>
    public static bool IsUsual(string user, string password) =>
        password.Length < 6
        || password.Equals(user, StringComparison.OrdinalIgnoreCase)
        || password.AsSpan().ContainsAny(Templates)
        || Placeholders.IsPlaceholder(password)
        || UsualPassword().IsMatch(password);

    /// <summary>A name without a dot is one of a compose file; some endings belong to nobody (RFC 2606, RFC 6761).</summary>
    private static bool IsElsewhere(string host)
    {
        var name = host.Split(':')[0];
        return name.Contains('.', StringComparison.Ordinal)
            && char.IsAsciiLetterOrDigit(name[^1])
            && !name.AsSpan().ContainsAny(Templates)
            && !ReservedHost().IsMatch(name);
    }

    [GeneratedRegex(@"^(127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|(^|\.)(example|test|invalid|localhost|local|internal|svc|lan|docker)(\.|$)|example\.|^(my|your|some)-?_?(db|database|host|server|domain|proxy|redis|mongo|company)[a-z-]*\.|(^|\.)(host|domain|server|site|company|foo|bar|acme|corp|website|mydomain|myhost)\.", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex ReservedHost();

    [GeneratedRegex(@"^(open ?sesame|(my|your|some|the|super|top|app|db|user|mysql|postgres|redis|mongo)*[-_]?(p[a@]ss(w(or)?d|wort|phrase)?|secret|token|pwd|hunter2|guest|root|admin|user(name)?|postgres(ql)?|mysql|rabbitmq|oauth|basic|apikey|api[-_]?key|x-oauth-basic|key|letmein|qwerty|foobar|foo|bar|baz|pass)[-_!]?\d{0,4}!?)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex UsualPassword();
}
