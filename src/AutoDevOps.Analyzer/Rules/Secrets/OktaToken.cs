using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API token of Okta, by the name it is assigned to.</summary>
internal sealed partial class OktaToken() : SecretFormat("okta")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC059", "okta-token", Category.Security, Severity.Critical,
        What: "An API token of Okta, by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Okta under security, API, tokens"))
    {
        Confidence = 0.96,
        Equivalents = ["gitleaks/okta-access-token"],
        References = [.. SecretAdvice.References, "https://developer.okta.com/docs/guides/create-an-api-token/main/"],
    };

    protected override string Thing => "An API token of Okta";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    protected override double MinEntropy => 4;

    [GeneratedRegex("""(?i:okta[0-9a-z_.-]{0,16}(key|token))["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>00[0-9A-Za-z_-]{40})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
