using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a JSON web token that is assigned to something and made to work for longer than a day, outside tests and documentation.</summary>
internal sealed partial class JsonWebTokenInClear() : SecretFormat("eyJ")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC073", "json-web-token", Category.Security, Severity.Medium,
        What: "A JSON web token that is assigned to something and made to work for longer than a day, outside tests and documentation.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("where it was issued, or change the key that signed it"))
    {
        Confidence = 0.9,
        Equivalents = ["gitleaks/jwt"],
        References = [.. SecretAdvice.References, "https://www.rfc-editor.org/rfc/rfc7519"],
    };

    protected override string Thing => "A JSON web token";

    internal override Regex Pattern => Candidate();

    protected override bool IsSilentInTests => true;

    public override bool Reads(SnapshotFile file) => base.Reads(file) && !file.IsTest && !IsDocument(file) && !IsTemplate(file.Name);

    protected override bool IsReal(SecretCandidate candidate) =>
        JsonWebToken.Payload(candidate.Secret) is { } payload
        && JsonWebToken.IsLongLived(payload)
        && !NotSecret().IsMatch(payload)
        && candidate.Line[Math.Max(0, candidate.Start - 60)..candidate.Start] is var before
        && Context().IsMatch(before)
        && !before.Contains("test", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("(token|jwt|auth|bearer|key|secret)[^\\n]{0,20}$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Context();

    /// <summary>Claims of the examples that everybody copies, and of tokens that are public or another rule's.</summary>
    [GeneratedRegex("John Doe|1234567890|Joe Coder|example|\"(anon|service_role)\"|supabase-demo|\"test\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotSecret();

    [GeneratedRegex(@"\b(?<secret>eyJ[0-9A-Za-z_-]{10,2000}\.eyJ[0-9A-Za-z_-]{10,4000}\.[0-9A-Za-z_-]{20,1000})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
