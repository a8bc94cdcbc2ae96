using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an app password of Bitbucket.</summary>
internal sealed partial class BitbucketAppPassword() : SecretFormat("ATBB")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC041", "bitbucket-app-password", Category.Security, Severity.Critical,
        What: "An app password of Bitbucket.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Bitbucket in the personal settings, app passwords"))
    {
        Confidence = 0.95,
        Equivalents = ["trufflehog/BitbucketAppPassword"],
        References = [.. SecretAdvice.References, "https://support.atlassian.com/bitbucket-cloud/docs/app-passwords/"],
    };

    protected override string Thing => "An app password of Bitbucket";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 3.8;

    [GeneratedRegex(@"\b(?<secret>ATBB[0-9A-Za-z]{32})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
