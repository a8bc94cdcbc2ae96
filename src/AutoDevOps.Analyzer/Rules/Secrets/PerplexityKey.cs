using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of Perplexity.</summary>
internal sealed partial class PerplexityKey() : SecretFormat("pplx-")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC050", "perplexity-key", Category.Security, Severity.High,
        What: "An API key of Perplexity.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Perplexity in the API settings"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/perplexity-api-key"],
        References = [.. SecretAdvice.References, "https://docs.perplexity.ai/getting-started/quickstart"],
    };

    protected override string Thing => "An API key of Perplexity";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>pplx-[0-9A-Za-z]{48})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
