using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an Authorization header with a bearer token or a user and password written out.</summary>
internal sealed partial class AuthorizationHeader() : SecretFormat("Bearer ", "Basic ")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC080", "authorization-header", Category.Security, Severity.High,
        What: "An `Authorization` header with a bearer token or a user and password written out.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the service that it opens"))
    {
        Confidence = 0.9,
        Equivalents = ["gitleaks/curl-auth-header"],
        References = [.. SecretAdvice.References, "https://www.rfc-editor.org/rfc/rfc6750"],
    };

    protected override string Thing => "A credential in a header";

    internal override Regex Pattern => Candidate();

    internal override bool IsGeneral => true;

    protected override bool IsSilentInTests => true;

    public override bool Reads(SnapshotFile file) => base.Reads(file) && !file.IsTest && !IsDocument(file) && !IsTemplate(file.Name);

    protected override bool IsReal(SecretCandidate candidate) =>
        candidate.Match.Groups["scheme"].Value == "Basic"
            ? UrlCredentials.AreRealInBase64(candidate.Secret)
            : !candidate.Secret.StartsWith("eyJ", StringComparison.Ordinal) && (Randomness.IsMixed(candidate.Secret) || (candidate.Secret.Length >= 32 && Randomness.IsHex(candidate.Secret)));

    [GeneratedRegex("""(?i:authorization)["']?\s{0,3}[:=,]\s{0,3}["'`]?(?<scheme>Bearer|Basic)\s(?<secret>[0-9A-Za-z._~+/-]{16,2000}={0,2})(?![0-9A-Za-z._~+/={$<%-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
