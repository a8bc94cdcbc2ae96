using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds API keys of Google, those of Firebase clients left out: they are public by design.</summary>
internal sealed partial class GoogleApiKey() : SecretFormat("AIza")
{
    /// <summary>The keys that Firebase's own samples show and people copy, by the first eight bytes of their SHA-256.</summary>
    private static readonly HashSet<string> Published = new(StringComparer.Ordinal)
    {
        "0b476bdf9acf2123", "2037abcaffb2b777", "27a9a42931dff7eb", "37f8f09bdf12c2f2", "3a8b61d0f636b007", "3f370c9dd8225c63",
        "49f777db995e8260", "4c98242dcadc8b29", "8731261cb72d8626", "a19f89ab3555eac1", "a6c814bc555ae62c", "dc0fcf046c61640c",
        "e4a5542bb7fd7b67", "ea9bb1082cf95663", "eb540d2b6ee2a0a4", "f56e323494a6ffc2",
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "SEC006", "google-api-key", Category.Security, Severity.Medium,
        What: "An API key of Google outside the configuration of a Firebase client.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Remedy)
    {
        Confidence = 0.8,
        Equivalents = ["gitleaks/gcp-api-key"],
        References = [.. SecretAdvice.References, "https://docs.cloud.google.com/docs/authentication/api-keys-best-practices"],
    };

    protected override string Thing => "An API key of Google";

    internal override Regex Pattern => Candidate();

    public override bool Reads(SnapshotFile file) =>
        base.Reads(file) && file.Name is not ("google-services.json" or "GoogleService-Info.plist" or "firebase_options.dart");

    protected override bool Concerns(SnapshotFile file) =>
        !file.Text.Contains("authDomain", StringComparison.Ordinal) && !file.Text.Contains("firebase", StringComparison.OrdinalIgnoreCase);

    protected override bool IsReal(SecretCandidate candidate) => Placeholders.Entropy(candidate.Secret.AsSpan(4)) > 3.5
        && !Published.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(candidate.Secret)).AsSpan(0, 8)));

    [GeneratedRegex(@"\b(?<secret>AIza[0-9A-Za-z_-]{35})($|[^0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
