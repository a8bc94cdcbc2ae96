using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a client secret of Auth0, by the name it is assigned to.</summary>
internal sealed partial class Auth0ClientSecret() : SecretFormat("auth0")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC060", "auth0-client-secret", Category.Security, Severity.Critical,
        What: "A client secret of Auth0, by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Auth0 in the settings of the application by rotating the secret"))
    {
        Confidence = 0.95,
        Equivalents = ["trufflehog/Auth0ManagementApiToken"],
        References = [.. SecretAdvice.References, "https://auth0.com/docs/get-started/applications/rotate-client-secret"],
    };

    protected override string Thing => "A client secret of Auth0";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    protected override double MinEntropy => 4;

    [GeneratedRegex("""(?i:auth0[0-9a-z_.-]{0,16}secret)["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>[0-9A-Za-z_-]{64})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
