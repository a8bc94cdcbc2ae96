using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of OpenAI, which holds the name of the vendor in base64.</summary>
internal sealed partial class OpenAiKey() : SecretFormat("T3BlbkFJ")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC045", "openai-key", Category.Security, Severity.Critical,
        What: "An API key of OpenAI, which holds the name of the vendor in base64.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the OpenAI platform under API keys"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/openai-api-key", "secretlint/secretlint-rule-openai"],
        References = [.. SecretAdvice.References, "https://platform.openai.com/docs/api-reference/authentication"],
    };

    protected override string Thing => "An API key of OpenAI";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>sk-((proj|svcacct|admin)-[0-9A-Za-z_-]{20,80}T3BlbkFJ[0-9A-Za-z_-]{20,80}|[0-9A-Za-z]{20}T3BlbkFJ[0-9A-Za-z]{20}))(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
