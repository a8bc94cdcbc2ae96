using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds classic tokens of GitHub, whose checksum proves them, and fine-grained ones.</summary>
internal sealed partial class GitHubToken() : SecretFormat("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC001", "github-token", Category.Security, Severity.Critical,
        What: "A token of GitHub (`ghp_`, `gho_`, `ghu_`, `ghs_`, `ghr_` with a valid checksum, or `github_pat_`).",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Remedy)
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/github-pat", "gitleaks/github-oauth", "gitleaks/github-app-token", "gitleaks/github-refresh-token", "gitleaks/github-fine-grained-pat", "secretlint/secretlint-rule-github"],
        References = [.. SecretAdvice.References, "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/"],
    };

    protected override string Thing => "A token of GitHub";

    internal override Regex Pattern => Candidate();

    protected override bool IsReal(SecretCandidate candidate) =>
        candidate.Secret.StartsWith("github_pat_", StringComparison.Ordinal)
            ? Placeholders.Entropy(candidate.Secret.AsSpan(11)) > 4
            : Base62Checksum.IsValid(candidate.Secret.AsSpan(4));

    [GeneratedRegex(@"\b(?<secret>gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
