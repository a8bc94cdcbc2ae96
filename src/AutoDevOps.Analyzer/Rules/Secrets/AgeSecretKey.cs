using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an identity of age with a valid checksum.</summary>
internal sealed partial class AgeSecretKey() : SecretFormat("AGE-SECRET-KEY-1")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC066", "age-secret-key", Category.Security, Severity.Critical,
        What: "An identity of age with a valid checksum.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("by making a new identity and encrypting again what it opened"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/age-secret-key"],
        References = [.. SecretAdvice.References, "https://github.com/C2SP/C2SP/blob/main/age.md"],
    };

    protected override string Thing => "A secret key of age";

    internal override Regex Pattern => Candidate();

    protected override bool IsReal(SecretCandidate candidate) => Bech32.IsValid(candidate.Secret);

    [GeneratedRegex(@"(?<secret>AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})(?![0-9A-Za-z])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
