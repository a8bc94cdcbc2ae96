using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a personal access token of Airtable, on a line that names Airtable.</summary>
internal sealed partial class AirtableToken() : SecretFormat("airtable")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC044", "airtable-token", Category.Security, Severity.High,
        What: "A personal access token of Airtable, on a line that names Airtable.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Airtable in the builder hub, personal access tokens"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/airtable-personnal-access-token"],
        References = [.. SecretAdvice.References, "https://airtable.com/developers/web/guides/personal-access-tokens"],
    };

    protected override string Thing => "A token of Airtable";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    [GeneratedRegex(@"(?<![0-9A-Za-z.])(?<secret>pat[0-9A-Za-z]{14}\.[0-9a-f]{64})(?![0-9A-Za-z])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
