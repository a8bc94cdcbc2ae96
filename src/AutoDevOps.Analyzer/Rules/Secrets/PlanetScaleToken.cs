using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a service token, password or OAuth token of PlanetScale.</summary>
internal sealed partial class PlanetScaleToken() : SecretFormat("pscale_tkn_", "pscale_pw_", "pscale_oauth_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC068", "planetscale-token", Category.Security, Severity.Critical,
        What: "A service token, password or OAuth token of PlanetScale.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at PlanetScale in the settings, passwords or service tokens"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/planetscale-api-token", "gitleaks/planetscale-password", "gitleaks/planetscale-oauth-token"],
        References = [.. SecretAdvice.References, "https://planetscale.com/docs/api/reference/service-tokens"],
    };

    protected override string Thing => "A credential of PlanetScale";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>pscale_(tkn|pw|oauth)_[0-9A-Za-z_=.-]{32,64})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
