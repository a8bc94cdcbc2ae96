namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a password or token in the variables of a GitLab pipeline.</summary>
internal sealed class GitLabClearSecret : GitLabRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GLC005", "gitlab-clear-secret", Category.Security, Severity.High,
        What: "A variable of a GitLab pipeline, named like a password, token or key, with its value beside it.",
        Why: "Whoever can read the repository, or a fork or an old copy of it, has the secret.",
        Remedy: "Change the secret, and keep it as a masked and protected variable of the project.")
    {
        Confidence = 0.9,
        References = ["CWE-798", "OWASP CICD-SEC-6", "https://docs.gitlab.com/ci/variables/#cicd-variable-security"],
    };

    protected override IEnumerable<Finding> Check(GitLabConfig pipeline) =>
        pipeline.Jobs.Select(job => job.Value).Prepend(pipeline.Root).SelectMany(place => ClearSecret.In(place["variables"]))
            .Select(name => At(pipeline, name, $"The value of '{name.Text}' stands here for everyone to read."));
}
