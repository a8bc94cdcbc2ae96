using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a user, insert or licence key of New Relic.</summary>
internal sealed partial class NewRelicKey() : SecretFormat("NRAK-", "NRII-", "NRAL")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC054", "new-relic-key", Category.Security, Severity.High,
        What: "A user, insert or licence key of New Relic.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at New Relic under API keys"))
    {
        Confidence = 0.96,
        Equivalents = ["gitleaks/new-relic-user-api-key", "gitleaks/new-relic-insert-key"],
        References = [.. SecretAdvice.References, "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/"],
    };

    protected override string Thing => "A key of New Relic";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>NRAK-[0-9A-Z]{27}|NRII-[0-9A-Za-z_-]{32}|[0-9a-f]{36}NRAL)(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
