using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an access token of Fly.io.</summary>
internal sealed partial class FlyToken() : SecretFormat("fo1_", "fm1a_", "fm1r_", "fm2_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC035", "fly-token", Category.Security, Severity.Critical,
        What: "An access token of Fly.io.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("with `fly tokens revoke`"))
    {
        Confidence = 0.96,
        Equivalents = ["gitleaks/flyio-access-token"],
        References = [.. SecretAdvice.References, "https://fly.io/docs/security/tokens/"],
    };

    protected override string Thing => "A token of Fly.io";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    // The newer ones hold numbers of many bytes, which are mostly zero: a run of the letter A says nothing about them.
    protected override bool IsPlaceholder(string secret) => !secret.StartsWith("fm", StringComparison.Ordinal) && base.IsPlaceholder(secret);

    [GeneratedRegex(@"\b(?<secret>fo1_[0-9A-Za-z_-]{43}|fm(1[ar]|2)_[0-9A-Za-z+/]{100,4000}={0,3})(?![0-9A-Za-z_+/=-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
