using System.Globalization;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags RSA keys that are generated too short.</summary>
internal sealed class ShortRsaKey : CodeRule
{
    private const int Least = 2048;

    public override RuleDescriptor Descriptor { get; } = new(
        "COD020", "short-rsa-key", Category.Security, Severity.Medium,
        What: "An RSA key of less than 2048 bits that is generated.",
        Why: "Shorter keys can be factored, or soon will be; clients refuse them.",
        Remedy: "Generate 3072 bits, or use an elliptic curve.")
    {
        Equivalents = ["bandit/B505", "ruff/S505", "gosec/G403", "roslyn/CA5385", "spotbugs/RSA_KEY_SIZE", "sonar/S4426"],
        References = ["CWE-326", "OWASP A02:2021", "https://csrc.nist.gov/pubs/sp/800/131/a/r2/final"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.Python, "generate_private_key"), (SourceLanguage.Python, "generate"), (SourceLanguage.JavaScript, "generateKeyPair"), (SourceLanguage.JavaScript, "generateKeyPairSync"),
        (SourceLanguage.Java, "initialize"), (SourceLanguage.CSharp, "Create"), (SourceLanguage.CSharp, "RSACryptoServiceProvider"), (SourceLanguage.CSharp, "RSACng"), (SourceLanguage.Go, "GenerateKey"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) =>
        language != SourceLanguage.Java || text.Contains("KeyPairGenerator", StringComparison.Ordinal);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens))
        {
            if (Bits(call) is { } bits and >= 256 and < Least)
            {
                yield return At(call, string.Create(CultureInfo.InvariantCulture, $"The key has {bits} bits."));
            }
        }
    }

    private static int? Bits(SourceCall call)
    {
        var tokens = call.Tokens;
        var arguments = call.Arguments;
        switch (tokens.Language)
        {
            case SourceLanguage.Python when tokens.Is(call.Word, "generate"):
                return call.Receiver is "RSA" or "Crypto.PublicKey.RSA" or "DSA" && arguments is [var size, ..] ? Number(tokens, size) : null;
            case SourceLanguage.Python:
                return call.Receiver is "rsa" or "dsa" && (call.Named("key_size") ?? (arguments is [_, { Name: "" } second, ..] ? second : null)) is { } named ? Number(tokens, named) : null;
            case SourceLanguage.JavaScript:
                return arguments is [var kind, var options, ..] && tokens.IsText(kind.First) && tokens.Content(kind.First) is "rsa" or "rsa-pss" or "dsa" ? Property(tokens, options) : null;
            case SourceLanguage.Java:
                return arguments is [var bits, ..] && tokens.Source.Contains("getInstance(\"RSA\"", StringComparison.Ordinal) && !tokens.Source.Contains("getInstance(\"EC\"", StringComparison.Ordinal) && Receives(call)
                    ? Number(tokens, bits) : null;
            case SourceLanguage.CSharp:
                return (call.IsNew || call.Receiver == "RSA") && arguments is [var keySize, ..] ? Number(tokens, keySize) : null;
            default:
                return call.Receiver == "rsa" && arguments is [_, var length] ? Number(tokens, length) : null;
        }
    }

    private static bool Receives(SourceCall call) => call.Receiver.Contains("key", StringComparison.OrdinalIgnoreCase) || call.Receiver.Contains("gen", StringComparison.OrdinalIgnoreCase) || call.Receiver == "kpg";

    private static int? Property(SourceTokens tokens, SourceArgument options)
    {
        for (var at = options.First; at < options.End; at++)
        {
            WorkBudget.Spend(1);
            if (tokens.Is(at, "modulusLength") && tokens.Is(at + 1, ":"))
            {
                return Number(tokens, new("", at + 2, at + 3));
            }
        }

        return null;
    }

    private static int? Number(SourceTokens tokens, SourceArgument argument) =>
        argument.End == argument.First + 1 && int.TryParse(tokens.Text(argument.First), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
