using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of Postman.</summary>
internal sealed partial class PostmanKey() : SecretFormat("PMAK-")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC070", "postman-key", Category.Security, Severity.High,
        What: "An API key of Postman.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Postman in the account settings, API keys"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/postman-api-token"],
        References = [.. SecretAdvice.References, "https://learning.postman.com/docs/developer/postman-api/authentication/"],
    };

    protected override string Thing => "An API key of Postman";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>PMAK-[0-9a-f]{24}-[0-9a-f]{34})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
