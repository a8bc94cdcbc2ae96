using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a REST or integration key of PagerDuty, by the name it is assigned to.</summary>
internal sealed partial class PagerDutyKey() : SecretFormat("pagerduty", "pager_duty")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC058", "pagerduty-key", Category.Security, Severity.High,
        What: "A REST or integration key of PagerDuty, by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at PagerDuty under integrations, API access keys"))
    {
        Confidence = 0.92,
        Equivalents = ["trufflehog/PagerDutyApiKey"],
        References = [.. SecretAdvice.References, "https://support.pagerduty.com/main/docs/api-access-keys"],
    };

    protected override string Thing => "A key of PagerDuty";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    protected override bool IsReal(SecretCandidate candidate) => candidate.Secret.Length == 32 || Randomness.IsMixed(candidate.Secret);

    [GeneratedRegex("""(?i:pager_?duty[0-9a-z_.-]{0,16}(key|token))["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>[0-9A-Za-z+_-]{20}|[0-9a-f]{32})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
