using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags versions of TLS that are given up.</summary>
internal sealed partial class ObsoleteTls : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD036", "obsolete-tls", Category.Security, Severity.Medium,
        What: "SSL 3, TLS 1.0 or TLS 1.1 that code asks for.",
        Why: "Their ciphers can be attacked, and browsers and services refuse them.",
        Remedy: "Ask for TLS 1.2 at least, or leave the choice to the platform.")
    {
        Confidence = 0.9,
        Equivalents = ["bandit/B502", "ruff/S502", "gosec/G402", "roslyn/CA5397", "roslyn/CA5386", "sonar/S4423", "codeql/go/insecure-tls"],
        References = ["CWE-326", "CWE-327", "OWASP A02:2021", "https://www.rfc-editor.org/rfc/rfc8996"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.Go, "MinVersion"), (SourceLanguage.CSharp, "SecurityProtocol"), (SourceLanguage.CSharp, "SslProtocols"), (SourceLanguage.Python, "PROTOCOL_"),
        (SourceLanguage.JavaScript, "minVersion"), (SourceLanguage.JavaScript, "secureProtocol"), (SourceLanguage.Java, "getInstance"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) =>
        language != SourceLanguage.Java || text.Contains("SSLContext", StringComparison.Ordinal);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        var keys = tokens.Language switch
        {
            SourceLanguage.Go => ["MinVersion"],
            SourceLanguage.CSharp => ["SecurityProtocol", "SslProtocols", "EnabledSslProtocols"],
            SourceLanguage.JavaScript => ["minVersion", "secureProtocol"],
            SourceLanguage.Python => ["PROTOCOL_SSLv3", "PROTOCOL_TLSv1", "PROTOCOL_TLSv1_1", "PROTOCOL_SSLv2"],
            _ => (string[])[],
        };
        foreach (var word in keys.SelectMany(tokens.Words))
        {
            if (tokens.Language == SourceLanguage.Python ? IsUsed(tokens, word) : Value(tokens, word) is { } value && Old().IsMatch(value))
            {
                yield return new(word, word, "The connection may use a version of TLS that is given up.");
            }
        }

        foreach (var call in tokens.Language == SourceLanguage.Java ? tokens.Calls("getInstance") : [])
        {
            if (call.Receiver == "SSLContext" && tokens.IsText(call.Open + 1) && tokens.Content(call.Open + 1) is "SSL" or "SSLv3" or "TLSv1" or "TLSv1.1")
            {
                yield return At(call, $"'{tokens.Content(call.Open + 1)}' is given up.");
            }
        }
    }

    private static bool IsUsed(SourceTokens tokens, int word) => tokens.Is(word - 1, ".") && tokens.Is(word - 2, "ssl") && tokens.Text(word - 3) is "(" or "=";

    private static string? Value(SourceTokens tokens, int key) =>
        tokens.Is(key + 1, ":") || (tokens.Is(key + 1, "=") && !tokens.Is(key + 2, "=")) ? tokens.Between(key + 2, Math.Min(tokens.EndOfExpression(key + 2), key + 20)) : null;

    [GeneratedRegex(@"^(tls\.Version(SSL30|TLS10|TLS11)$|['""](TLSv1|TLSv1\.1|TLSv1_method|TLSv1_1_method|SSLv3_method)['""]$|(System\.\w+\.)*(\w+\.)*(SecurityProtocolType|SslProtocols)\.(Ssl2|Ssl3|Tls|Tls11)\b)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Old();
}
