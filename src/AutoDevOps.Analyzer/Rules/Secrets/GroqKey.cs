using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of Groq.</summary>
internal sealed partial class GroqKey() : SecretFormat("gsk_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC049", "groq-key", Category.Security, Severity.High,
        What: "An API key of Groq.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the Groq console under API keys"))
    {
        Confidence = 0.97,
        Equivalents = ["trufflehog/Groq", "secretlint/secretlint-rule-groq"],
        References = [.. SecretAdvice.References, "https://console.groq.com/docs/quickstart"],
    };

    protected override string Thing => "An API key of Groq";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>gsk_[0-9A-Za-z]{52})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
