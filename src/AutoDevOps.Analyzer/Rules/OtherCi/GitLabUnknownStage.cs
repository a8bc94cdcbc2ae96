using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a job in a stage that the pipeline does not have.</summary>
internal sealed class GitLabUnknownStage : GitLabRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GLC001", "gitlab-unknown-stage", Category.CiCd, Severity.High,
        What: "A job of a GitLab pipeline whose `stage` is none of `stages`.",
        Why: "GitLab refuses the whole file, so no pipeline starts.",
        Remedy: "Add the stage to `stages`, or correct its name.")
    {
        Confidence = 0.97,
        References = [Reference + "#stages"],
    };

    protected override IEnumerable<Finding> Check(GitLabConfig pipeline)
    {
        foreach (var (name, job) in pipeline.Jobs.Where(job => !GitLabConfig.IsHidden(job.Key)))
        {
            if (pipeline.Stages is { } stages && job["stage"] is { Text: { } stage } node && !stage.Contains('$', StringComparison.Ordinal) && !stages.Contains(stage))
            {
                var hint = NearestName.Of(stage, stages) is { } nearest ? $" Did you mean '{nearest}'?" : "";
                yield return At(pipeline, node, $"Job '{name.Text}' is in the stage '{stage}', which the pipeline does not have.{hint}");
            }
        }
    }
}
