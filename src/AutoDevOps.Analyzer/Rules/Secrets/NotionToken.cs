using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an integration token of Notion.</summary>
internal sealed partial class NotionToken() : SecretFormat("ntn_", "secret_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC039", "notion-token", Category.Security, Severity.High,
        What: "An integration token of Notion.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Notion under integrations"))
    {
        Confidence = 0.95,
        Equivalents = ["gitleaks/notion-api-token", "secretlint/secretlint-rule-notion"],
        References = [.. SecretAdvice.References, "https://developers.notion.com/reference/authentication"],
    };

    protected override string Thing => "A token of Notion";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    // Eleven digits come before what is drawn.
    protected override bool IsReal(SecretCandidate candidate) =>
        Randomness.IsMixed(candidate.Secret.AsSpan(candidate.Secret.StartsWith("ntn_", StringComparison.Ordinal) ? "ntn_".Length + 11 : "secret_".Length));

    [GeneratedRegex(@"\b(?<secret>ntn_[0-9]{11}[0-9A-Za-z]{35}|secret_[0-9A-Za-z]{43})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
