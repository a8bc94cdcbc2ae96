using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags requests of the server to an address that came with a request.</summary>
internal sealed class RequestedAddress : CodeRule
{
    private static readonly string[] Methods = ["get", "post", "put", "head", "request", "patch", "delete"];

    public override RuleDescriptor Descriptor { get; } = new(
        "COD034", "requested-address", Category.Security, Severity.High,
        What: "A request of the server to an address that is taken from a request as it came.",
        Why: "Whoever sends it reaches what only the server can: the inner network, the cloud's metadata and its credentials.",
        Remedy: "Choose the host from a list; refuse private addresses after resolving the name.")
    {
        Confidence = 0.9,
        Equivalents = ["gosec/G107", "codeql/js/request-forgery", "codeql/py/full-ssrf", "sonar/S5144", "semgrep/python.flask.security.injection.ssrf-requests"],
        References = ["CWE-918", "OWASP A10:2021"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        .. Methods.Select(word => (SourceLanguage.JavaScript, word)), .. Methods.Select(word => (SourceLanguage.Python, word)), (SourceLanguage.JavaScript, "fetch"), (SourceLanguage.JavaScript, "axios"),
        (SourceLanguage.JavaScript, "got"), (SourceLanguage.Python, "urlopen"), (SourceLanguage.Go, "Get"), (SourceLanguage.Java, "URL"), (SourceLanguage.CSharp, "GetAsync"), (SourceLanguage.CSharp, "GetStringAsync"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) => RequestData.MayBeIn(language, text);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens).Where(IsClient))
        {
            if (call.Arguments is [var first, ..] && ChoosesHost(tokens, first))
            {
                yield return At(call, "Whoever sends the request chooses the address.");
            }
        }
    }

    /// <summary>A host that is written cannot be changed by what comes after it.</summary>
    private static bool ChoosesHost(SourceTokens tokens, SourceArgument address) =>
        BuiltText.Follow(tokens, address) is { } parts
            ? parts.SkipWhile(part => part.Text is "" or "http://" or "https://").FirstOrDefault() is { IsLiteral: false, Text: { } host } && RequestData.Begins(tokens.Language, host.Trim())
            : tokens.Resolve(address) is var given && RequestData.Begins(tokens.Language, tokens.Between(given.First, given.End));

    private static bool IsClient(SourceCall call) => call.Tokens.Language switch
    {
        SourceLanguage.JavaScript => call.Receiver is "axios" or "got" or "superagent" or "http" or "https" or "needle" || (call.Receiver.Length == 0 && call.Tokens.Text(call.Word) is "fetch" or "axios" or "got"),
        SourceLanguage.Python => call.Receiver is "requests" or "httpx" || call.Tokens.Is(call.Word, "urlopen"),
        SourceLanguage.Go => call.Receiver == "http",
        SourceLanguage.Java => call.IsNew,
        _ => call.Receiver.Contains("lient", StringComparison.Ordinal),
    };
}
