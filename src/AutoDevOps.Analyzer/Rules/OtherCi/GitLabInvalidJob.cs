namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a job that does nothing, or says twice when it runs.</summary>
internal sealed class GitLabInvalidJob : GitLabRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GLC003", "gitlab-invalid-job", Category.CiCd, Severity.High,
        What: "A GitLab job without `script`, `run` or `trigger`, or with `rules` beside `only` or `except`.",
        Why: "GitLab refuses the whole file, so no pipeline starts.",
        Remedy: "Give the job a script, or a name that begins with a dot; say with `rules` alone when it runs.")
    {
        Confidence = 0.97,
        References = [Reference + "#script", Reference + "#rules"],
    };

    protected override IEnumerable<Finding> Check(GitLabConfig pipeline)
    {
        foreach (var (name, job) in pipeline.Jobs.Where(job => !GitLabConfig.IsHidden(job.Key)))
        {
            // Beside an included file it may only change a job of that.
            if (!pipeline.HasIncludes && GitLabConfig.IsComplete(job) && job["script"] is null && job["run"] is null && job["trigger"] is null)
            {
                yield return At(pipeline, name, $"Job '{name.Text}' has no 'script'.");
            }

            if (job["rules"] is not null && (job.Key("only") ?? job.Key("except")) is { } second)
            {
                yield return At(pipeline, second, $"Job '{name.Text}' has '{second.Text}' beside 'rules'.");
            }
        }
    }
}
