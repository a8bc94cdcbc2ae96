using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a personal, service or CLI token of Doppler.</summary>
internal sealed partial class DopplerToken() : SecretFormat("dp.pt.", "dp.ct.", "dp.st.", "dp.sa.", "dp.scim.", "dp.audit.")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC064", "doppler-token", Category.Security, Severity.Critical,
        What: "A personal, service or CLI token of Doppler.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Doppler under tokens"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/doppler-api-token"],
        References = [.. SecretAdvice.References, "https://docs.doppler.com/reference/auth-token-formats"],
    };

    protected override string Thing => "A token of Doppler";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>dp\.(pt|ct|sa|scim|audit|st(\.[0-9a-z_-]{2,35})?)\.[0-9A-Za-z]{40,44})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
