using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a personal access token of Databricks.</summary>
internal sealed partial class DatabricksToken() : SecretFormat("dapi")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC052", "databricks-token", Category.Security, Severity.Critical,
        What: "A personal access token of Databricks.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Databricks in the user settings, developer, access tokens"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/databricks-api-token", "secretlint/secretlint-rule-databricks"],
        References = [.. SecretAdvice.References, "https://docs.databricks.com/dev-tools/auth/pat"],
    };

    protected override string Thing => "A token of Databricks";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>dapi[0-9a-f]{32}(-[0-9])?)\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
