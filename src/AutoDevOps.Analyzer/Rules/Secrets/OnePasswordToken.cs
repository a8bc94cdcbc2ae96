using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a service account token of 1Password.</summary>
internal sealed partial class OnePasswordToken() : SecretFormat("ops_eyJ")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC065", "onepassword-token", Category.Security, Severity.Critical,
        What: "A service account token of 1Password.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at 1Password under developer, service accounts"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/1password-service-account-token", "secretlint/secretlint-rule-1password"],
        References = [.. SecretAdvice.References, "https://developer.1password.com/docs/service-accounts/"],
    };

    protected override string Thing => "A service account token of 1Password";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>ops_eyJ[0-9A-Za-z+/_-]{250,4000}={0,3})(?![0-9A-Za-z+/_=-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
