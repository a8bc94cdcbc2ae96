using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a personal access token of Figma.</summary>
internal sealed partial class FigmaToken() : SecretFormat("figd_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC043", "figma-token", Category.Security, Severity.High,
        What: "A personal access token of Figma.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Figma in the settings, security"))
    {
        Confidence = 0.96,
        Equivalents = ["trufflehog/FigmaPersonalAccessToken", "secretlint/secretlint-rule-figma"],
        References = [.. SecretAdvice.References, "https://developers.figma.com/docs/rest-api/personal-access-tokens/"],
    };

    protected override string Thing => "A token of Figma";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>figd_[0-9A-Za-z_-]{40})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
