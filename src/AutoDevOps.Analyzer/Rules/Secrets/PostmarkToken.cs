using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a server or account token of Postmark, by the name it is assigned to.</summary>
internal sealed partial class PostmarkToken() : SecretFormat("postmark")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC026", "postmark-token", Category.Security, Severity.High,
        What: "A server or account token of Postmark, by the name it is assigned to.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Postmark under API tokens of the server or account"))
    {
        Confidence = 0.93,
        Equivalents = ["trufflehog/Postmark"],
        References = [.. SecretAdvice.References, "https://postmarkapp.com/developer/api/overview#authentication"],
    };

    protected override string Thing => "A token of Postmark";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    [GeneratedRegex("""(?i:postmark[0-9a-z_.-]{0,12}(token|key))["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9A-Za-z_/+=-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
