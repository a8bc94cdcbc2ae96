using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key or reference token of JFrog Artifactory.</summary>
internal sealed partial class ArtifactoryToken() : SecretFormat("AKCp", "cmVmd")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC071", "artifactory-token", Category.Security, Severity.Critical,
        What: "An API key or reference token of JFrog Artifactory.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Artifactory in the user profile"))
    {
        Confidence = 0.95,
        Equivalents = ["gitleaks/artifactory-api-key", "gitleaks/artifactory-reference-token"],
        References = [.. SecretAdvice.References, "https://docs.jfrog.com/administration/docs/access-tokens"],
    };

    protected override string Thing => "A key of Artifactory";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"\b(?<secret>AKCp[0-9A-Za-z]{69}|cmVmd[0-9A-Za-z]{59})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
