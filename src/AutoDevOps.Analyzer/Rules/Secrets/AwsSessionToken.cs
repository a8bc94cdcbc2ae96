using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a session token of AWS, which names its issuer in its first bytes.</summary>
internal sealed partial class AwsSessionToken() : SecretFormat("IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC027", "aws-session-token", Category.Security, Severity.Medium,
        What: "A session token of AWS, which names its issuer in its first bytes.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("in IAM by revoking the sessions of the role"))
    {
        Confidence = 0.95,
        Equivalents = ["trufflehog/AWSSessionKey"],
        References = [.. SecretAdvice.References, "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html"],
    };

    protected override string Thing => "A session token of AWS";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"(?<![0-9A-Za-z+/])(?<secret>(IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[0-9A-Za-z+/]{80,4000}={0,2})(?![0-9A-Za-z+/=])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
