using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of RubyGems.</summary>
internal sealed partial class RubyGemsKey() : SecretFormat("rubygems_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC010", "rubygems-key", Category.Security, Severity.Critical,
        What: "An API key of RubyGems.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("on rubygems.org in the settings, API keys"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/rubygems-api-token"],
        References = [.. SecretAdvice.References, "https://guides.rubygems.org/api-key-scopes/"],
    };

    protected override string Thing => "An API key of RubyGems";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>rubygems_[0-9a-f]{48})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
