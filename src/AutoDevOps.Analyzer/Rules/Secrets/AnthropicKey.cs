using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key, admin key or OAuth token of Anthropic.</summary>
internal sealed partial class AnthropicKey() : SecretFormat("sk-ant-")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC046", "anthropic-key", Category.Security, Severity.Critical,
        What: "An API key, admin key or OAuth token of Anthropic.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the Anthropic console under API keys"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/anthropic-api-key", "gitleaks/anthropic-admin-api-key", "secretlint/secretlint-rule-anthropic"],
        References = [.. SecretAdvice.References, "https://docs.anthropic.com/en/api/admin-api/apikeys/get-api-key"],
    };

    protected override string Thing => "A key of Anthropic";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>sk-ant-(api|admin|oat|ort)[0-9]{2}-[0-9A-Za-z_-]{78,118}AA)(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
