using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds the user and password of a container registry in the configuration of Docker.</summary>
internal sealed partial class DockerConfigAuth() : SecretFormat("\"auth\"")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC079", "docker-config-auth", Category.Security, Severity.Critical,
        What: "The user and password of a container registry in the configuration of Docker.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the registry by changing the password or token"))
    {
        Confidence = 0.94,
        Equivalents = ["trufflehog/Docker"],
        References = [.. SecretAdvice.References, "https://docs.docker.com/reference/cli/docker/login/#credential-stores"],
    };

    protected override string Thing => "A credential of a container registry";

    internal override Regex Pattern => Candidate();

    internal override bool IsGeneral => true;

    protected override bool LooksReal(string secret) => UrlCredentials.AreRealInBase64(secret);

    [GeneratedRegex(@"""auth""\s{0,4}:\s{0,4}""(?<secret>[0-9A-Za-z+/]{12,2000}={0,2})""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
