using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an ingest or management key of Honeycomb.</summary>
internal sealed partial class HoneycombKey() : SecretFormat("hcaik_", "hcamk_", "hcalk_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC057", "honeycomb-key", Category.Security, Severity.High,
        What: "An ingest or management key of Honeycomb.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Honeycomb in the environment settings, API keys"))
    {
        Confidence = 0.95,
        Equivalents = ["trufflehog/Honeycomb"],
        References = [.. SecretAdvice.References, "https://docs.honeycomb.io/configure/environments/manage-api-keys/"],
    };

    protected override string Thing => "A key of Honeycomb";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 3.8;

    [GeneratedRegex(@"\b(?<secret>hca[iml]k_[0-9a-z]{26,64})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
