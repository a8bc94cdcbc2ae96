using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a service, batch or recovery token of HashiCorp Vault.</summary>
internal sealed partial class VaultToken() : SecretFormat("hvs.", "hvb.", "hvr.", "vault_token", "vault_api_token", "vaulttoken")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC061", "vault-token", Category.Security, Severity.Critical,
        What: "A service, batch or recovery token of HashiCorp Vault.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("with `vault token revoke`"))
    {
        Confidence = 0.96,
        Equivalents = ["gitleaks/vault-service-token", "gitleaks/vault-batch-token", "secretlint/secretlint-rule-hashicorp-vault"],
        References = [.. SecretAdvice.References, "https://developer.hashicorp.com/vault/docs/concepts/tokens"],
    };

    protected override string Thing => "A token of HashiCorp Vault";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    protected override double MinEntropy => 3.8;

    [GeneratedRegex("""\b(?<secret>hv[sr]\.[0-9A-Za-z_-]{90,120}|hvs\.[0-9A-Za-z]{24}|hvb\.[0-9A-Za-z_-]{138,300})(?![0-9A-Za-z_-])|(?i:vault_?(api_?)?token)["'\]]{0,2}\s{0,3}(:=|=|:)\s{0,3}["'`]?(?<secret>s\.[0-9A-Za-z]{24})(?![0-9A-Za-z])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
