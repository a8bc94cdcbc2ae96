using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a personal API key of Linear.</summary>
internal sealed partial class LinearKey() : SecretFormat("lin_api_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC038", "linear-key", Category.Security, Severity.High,
        What: "A personal API key of Linear.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Linear in the settings, security and access"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/linear-api-key", "secretlint/secretlint-rule-linear"],
        References = [.. SecretAdvice.References, "https://linear.app/developers/graphql"],
    };

    protected override string Thing => "An API key of Linear";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>lin_api_[0-9A-Za-z]{40})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
