using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an access token of Dynatrace.</summary>
internal sealed partial class DynatraceToken() : SecretFormat("dt0c01.")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC072", "dynatrace-token", Category.Security, Severity.High,
        What: "An access token of Dynatrace.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Dynatrace under access tokens"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/dynatrace-api-token"],
        References = [.. SecretAdvice.References, "https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens"],
    };

    protected override string Thing => "A token of Dynatrace";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>dt0c01\.[0-9A-Z]{24}\.[0-9A-Z]{64})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
