using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API or application key of Datadog, by the name it is assigned to.</summary>
internal sealed partial class DatadogKey() : SecretFormat("datadog", "dd_api", "dd_app")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC053", "datadog-key", Category.Security, Severity.High,
        What: "An API or application key of Datadog, by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Datadog in the organization settings, API keys"))
    {
        Confidence = 0.95,
        Equivalents = ["gitleaks/datadog-access-token"],
        References = [.. SecretAdvice.References, "https://docs.datadoghq.com/account_management/api-app-keys/"],
    };

    protected override string Thing => "A key of Datadog";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    [GeneratedRegex("""(?i:(datadog[0-9a-z_.-]{0,6}|dd_?)(api|app|application)[_-]?key)["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>[0-9a-f]{40}|[0-9a-f]{32})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
