using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of Neon.</summary>
internal sealed partial class NeonKey() : SecretFormat("napi_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC069", "neon-key", Category.Security, Severity.Critical,
        What: "An API key of Neon.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Neon in the account settings, API keys"))
    {
        Confidence = 0.97,
        References = [.. SecretAdvice.References, "https://neon.com/docs/manage/api-keys"],
    };

    protected override string Thing => "An API key of Neon";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>napi_[0-9a-z]{64})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
