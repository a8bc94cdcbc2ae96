using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds API keys of Google, those of Firebase clients left out: they are public by design.</summary>
internal sealed partial class GoogleApiKey() : SecretFormat("AIza")
{
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

    protected override bool IsReal(SecretCandidate candidate) => Placeholders.Entropy(candidate.Secret.AsSpan(4)) > 3.5;

    [GeneratedRegex(@"\b(?<secret>AIza[0-9A-Za-z_-]{35})($|[^0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
