using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a personal access token of Asana, on a line that names Asana.</summary>
internal sealed partial class AsanaToken() : SecretFormat("asana")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC042", "asana-token", Category.Security, Severity.High,
        What: "A personal access token of Asana, on a line that names Asana.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Asana in the developer console"))
    {
        Confidence = 0.95,
        Equivalents = ["trufflehog/AsanaPersonalAccessToken"],
        References = [.. SecretAdvice.References, "https://developers.asana.com/docs/personal-access-token"],
    };

    protected override string Thing => "A token of Asana";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    [GeneratedRegex(@"(?<![0-9A-Za-z/])(?<secret>[012]/[0-9]{13,17}(/[0-9]{13,17})?:[0-9a-f]{32})(?![0-9A-Za-z])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
