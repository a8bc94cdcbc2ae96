using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a token of GitLab: personal, deploy, runner, trigger, agent, feed, job, SCIM or OAuth secret, by its gl…- prefix.</summary>
internal sealed partial class GitLabToken() : SecretFormat("glpat-", "gldt-", "glft-", "glsoat-", "glffct-", "glrt-", "glimt-", "glptt-", "glagent-", "gloas-", "glcbt-", "GR1348941")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC008", "gitlab-token", Category.Security, Severity.Critical,
        What: "A token of GitLab: personal, deploy, runner, trigger, agent, feed, job, SCIM or OAuth secret, by its `gl…-` prefix.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at GitLab under the access tokens of the user, group, project or runner"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/gitlab-pat", "gitleaks/gitlab-deploy-token", "gitleaks/gitlab-runner-authentication-token", "gitleaks/gitlab-ptt", "secretlint/secretlint-rule-gitlab"],
        References = [.. SecretAdvice.References, "https://docs.gitlab.com/security/tokens/"],
    };

    protected override string Thing => "A token of GitLab";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>glpat-[0-9A-Za-z_-]{27,300}\.[0-9a-z]{9}|glrt-t[0-9]_[0-9A-Za-z_-]{27,300}\.[0-9a-z]{9}|gl(pat|dt|ft|soat|ffct|rt)-[0-9A-Za-z_-]{20}|glimt-[0-9A-Za-z_-]{25}|glptt-[0-9a-f]{40}|glagent-[0-9A-Za-z_-]{50}|gloas-[0-9A-Za-z_-]{64}|glcbt-[0-9A-Za-z]{1,5}_[0-9A-Za-z_-]{20}|GR1348941[0-9A-Za-z_-]{20})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
