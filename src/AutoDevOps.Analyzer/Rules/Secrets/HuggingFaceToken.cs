using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a user or organization token of Hugging Face.</summary>
internal sealed partial class HuggingFaceToken() : SecretFormat("hf_", "api_org_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC047", "huggingface-token", Category.Security, Severity.High,
        What: "A user or organization token of Hugging Face.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Hugging Face in the settings, access tokens"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/huggingface-access-token", "gitleaks/huggingface-organization-api-token", "secretlint/secretlint-rule-huggingface"],
        References = [.. SecretAdvice.References, "https://huggingface.co/docs/hub/security-tokens"],
    };

    protected override string Thing => "A token of Hugging Face";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>(hf|api_org)_[A-Za-z]{34})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
