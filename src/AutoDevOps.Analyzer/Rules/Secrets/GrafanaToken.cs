using System.Buffers.Binary;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a service account token of Grafana with a valid checksum, or an access policy token of Grafana Cloud.</summary>
internal sealed partial class GrafanaToken() : SecretFormat("glsa_", "glc_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC056", "grafana-token", Category.Security, Severity.High,
        What: "A service account token of Grafana with a valid checksum, or an access policy token of Grafana Cloud.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Grafana under service accounts or access policies"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/grafana-service-account-token", "gitleaks/grafana-cloud-api-token", "secretlint/secretlint-rule-grafana"],
        References = [.. SecretAdvice.References, "https://grafana.com/docs/grafana/latest/administration/service-accounts/"],
    };

    protected override string Thing => "A token of Grafana";

    internal override Regex Pattern => Candidate();

    /// <summary>Grafana writes the CRC-32 of what stands before it as four bytes, the lowest first.</summary>
    protected override bool IsReal(SecretCandidate candidate) =>
        candidate.Secret.StartsWith("glc_", StringComparison.Ordinal)
        || candidate.Secret.AsSpan(38).SequenceEqual(Checksum(candidate.Secret.AsSpan(0, 37)));

    internal static string Checksum(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Base62Checksum.Crc32(text));
        return Convert.ToHexStringLower(bytes);
    }

    [GeneratedRegex(@"\b(?<secret>glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}|glc_eyJ[0-9A-Za-z+/]{60,400}={0,3})(?![0-9A-Za-z+/=_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
