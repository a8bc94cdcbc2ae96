using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an access token or application secret of Square.</summary>
internal sealed partial class SquareToken() : SecretFormat("sq0atp-", "sq0csp-", "EAAA")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC019", "square-token", Category.Security, Severity.Critical,
        What: "An access token or application secret of Square.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the Square developer dashboard under the credentials of the application"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/square-access-token"],
        References = [.. SecretAdvice.References, "https://developer.squareup.com/docs/build-basics/access-tokens"],
    };

    protected override string Thing => "A token of Square";

    internal override Regex Pattern => Candidate();

    /// <summary><c>EAAA</c> is also how base64 of zeros begins.</summary>
    protected override bool IsReal(SecretCandidate candidate) =>
        !candidate.Secret.StartsWith("EAAA", StringComparison.Ordinal)
        || (candidate.Line[Math.Max(0, candidate.Start - 40)..candidate.Start] is var before
            && (before.Contains("square", StringComparison.OrdinalIgnoreCase) || before.Contains("token", StringComparison.OrdinalIgnoreCase)));

    [GeneratedRegex(@"\b(?<secret>sq0atp-[0-9A-Za-z_-]{22}|sq0csp-[0-9A-Za-z_-]{43}|EAAA[0-9A-Za-z_-]{60})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
