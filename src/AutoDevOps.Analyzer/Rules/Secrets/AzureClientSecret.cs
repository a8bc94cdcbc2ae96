using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a client secret of an application in Microsoft Entra ID.</summary>
internal sealed partial class AzureClientSecret() : SecretFormat("Q~")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC031", "azure-client-secret", Category.Security, Severity.Critical,
        What: "A client secret of an application in Microsoft Entra ID.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("in Entra under app registrations, certificates and secrets"))
    {
        Confidence = 0.96,
        Equivalents = ["gitleaks/azure-ad-client-secret", "secretlint/secretlint-rule-azure"],
        References = [.. SecretAdvice.References, "https://learn.microsoft.com/entra/identity-platform/how-to-add-credentials"],
    };

    protected override string Thing => "A client secret of Microsoft Entra";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"(?<![0-9A-Za-z_~.-])(?<secret>[0-9A-Za-z_~.]{3}[0-9]Q~[0-9A-Za-z_~.-]{31,34})(?![0-9A-Za-z_~.-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
