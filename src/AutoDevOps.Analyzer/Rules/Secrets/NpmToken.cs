using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds access tokens of npm, whose checksum proves them.</summary>
internal sealed partial class NpmToken() : SecretFormat("npm_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC007", "npm-token", Category.Security, Severity.Critical,
        What: "An access token of npm with a valid checksum.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Remedy)
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/npm-access-token", "secretlint/secretlint-rule-npm"],
        References = [.. SecretAdvice.References, "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/"],
    };

    protected override string Thing => "An access token of npm";

    internal override Regex Pattern => Candidate();

    protected override bool IsReal(SecretCandidate candidate) => Base62Checksum.IsValid(candidate.Secret.AsSpan(4));

    [GeneratedRegex(@"\b(?<secret>npm_[0-9A-Za-z]{36})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
