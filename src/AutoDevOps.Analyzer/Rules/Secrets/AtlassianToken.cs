using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API token or access token of Atlassian.</summary>
internal sealed partial class AtlassianToken() : SecretFormat("ATATT3", "ATCTT3")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC040", "atlassian-token", Category.Security, Severity.Critical,
        What: "An API token or access token of Atlassian.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Atlassian in the account settings, security, API tokens"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/atlassian-api-token"],
        References = [.. SecretAdvice.References, "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/"],
    };

    protected override string Thing => "An API token of Atlassian";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>AT[AC]TT3[0-9A-Za-z_=-]{150,250})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
