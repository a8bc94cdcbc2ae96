using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags ciphers whose first block is always the same.</summary>
internal sealed class StaticInitialisationVector : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD022", "static-iv", Category.Security, Severity.Medium,
        What: "A cipher whose initialisation vector or nonce is written in the code.",
        Why: "Equal messages become equal ciphers; with GCM or a stream cipher two messages give away each other.",
        Remedy: "Make a random vector for each message, and send it along.")
    {
        Confidence = 0.9,
        Equivalents = ["gosec/G407", "spotbugs/STATIC_IV", "roslyn/CA5401", "sonar/S3329", "codeql/java/static-initialization-vector"],
        References = ["CWE-329", "CWE-1204", "OWASP A02:2021"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.JavaScript, "createCipheriv"), (SourceLanguage.Python, "new"), (SourceLanguage.Java, "IvParameterSpec"), (SourceLanguage.Go, "NewCBCEncrypter"), (SourceLanguage.Go, "NewCTR"),
    ];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens))
        {
            SourceArgument? vector = (tokens.Language, call.Arguments) switch
            {
                (SourceLanguage.JavaScript, [_, _, var third, ..]) => third,
                (SourceLanguage.Python, var all) when call.Receiver is "AES" or "DES3" or "ChaCha20" => call.Named("iv") ?? call.Named("IV") ?? call.Named("nonce") ?? (all is [_, _, { Name: "" } third, ..] ? third : null),
                (SourceLanguage.Java, [var first]) when call.IsNew => first,
                (SourceLanguage.Go, [_, var second]) when call.Receiver == "cipher" => second,
                _ => null,
            };
            if (vector is { } found && IsWritten(tokens, found))
            {
                yield return At(call, "The initialisation vector is always the same.");
            }
        }
    }

    /// <summary>A literal, or its bytes: <c>b"…"</c>, <c>Buffer.from("…")</c>, <c>"…".getBytes()</c>, <c>[]byte("…")</c>.</summary>
    private static bool IsWritten(SourceTokens tokens, SourceArgument argument)
    {
        var first = argument.First;
        if (argument.End == first + 1)
        {
            return tokens.IsText(first) && tokens[first].End - tokens[first].Start > 8;
        }

        var call = tokens.Language switch
        {
            SourceLanguage.JavaScript when tokens.Is(first, "Buffer") && tokens.Is(first + 2, "from") => first + 4,
            SourceLanguage.Go when tokens.Is(first, "[") && tokens.Is(first + 2, "byte") && tokens.Is(first + 3, "(") => first + 4,
            SourceLanguage.Java when tokens.Is(first + 2, "getBytes") => first,
            _ => -1,
        };
        return call >= 0 && tokens.IsText(call) && !tokens[call + 1].Continues && tokens[call].End - tokens[call].Start > 8;
    }
}
