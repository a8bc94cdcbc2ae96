using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of xAI.</summary>
internal sealed partial class XaiKey() : SecretFormat("xai-")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC051", "xai-key", Category.Security, Severity.High,
        What: "An API key of xAI.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the xAI console under API keys"))
    {
        Confidence = 0.97,
        Equivalents = ["trufflehog/XAI"],
        References = [.. SecretAdvice.References, "https://docs.x.ai/docs/overview"],
    };

    protected override string Thing => "An API key of xAI";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>xai-[0-9A-Za-z]{80})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
