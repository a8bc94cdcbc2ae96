using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a personal or organization access token of Docker Hub.</summary>
internal sealed partial class DockerHubToken() : SecretFormat("dckr_pat_", "dckr_oat_")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC013", "docker-hub-token", Category.Security, Severity.Critical,
        What: "A personal or organization access token of Docker Hub.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Docker Hub in the account settings, personal access tokens"))
    {
        Confidence = 0.97,
        Equivalents = ["trufflehog/Dockerhub", "secretlint/secretlint-rule-docker"],
        References = [.. SecretAdvice.References, "https://docs.docker.com/security/access-tokens/"],
    };

    protected override string Thing => "An access token of Docker Hub";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>dckr_pat_[0-9A-Za-z_-]{27}|dckr_oat_[0-9A-Za-z_-]{32})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
