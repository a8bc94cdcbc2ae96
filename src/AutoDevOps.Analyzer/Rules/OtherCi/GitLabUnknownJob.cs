using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a job that needs or extends one that there is not, or needs one that comes later.</summary>
internal sealed class GitLabUnknownJob : GitLabRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GLC002", "gitlab-unknown-job", Category.CiCd, Severity.High,
        What: "`needs`, `dependencies` or `extends` of a GitLab job with a name that no job has, or `needs` with a job of a later stage.",
        Why: "GitLab refuses the whole file, so no pipeline starts.",
        Remedy: "Name a job that there is, of the same or an earlier stage.")
    {
        Confidence = 0.96,
        References = [Reference + "#needs", Reference + "#extends"],
    };

    protected override IEnumerable<Finding> Check(GitLabConfig pipeline)
    {
        if (pipeline.HasIncludes)
        {
            yield break;
        }

        var jobs = new Dictionary<string, DataNode>(StringComparer.Ordinal);
        foreach (var (name, job) in pipeline.Jobs)
        {
            jobs[name.Text!] = job;
        }

        foreach (var (name, job) in pipeline.Jobs)
        {
            foreach (var wanted in Names(job))
            {
                if (!jobs.TryGetValue(wanted.Text!, out var other))
                {
                    var hint = NearestName.Of(wanted.Text!, jobs.Keys) is { } nearest ? $" Did you mean '{nearest}'?" : "";
                    yield return At(pipeline, wanted, $"Job '{name.Text}' names '{wanted.Text}', which is no job.{hint}");
                }
                else if (Stage(pipeline, job) is { } own && Stage(pipeline, other) is { } its && its > own && !IsExtended(job, wanted))
                {
                    yield return At(pipeline, wanted, $"Job '{name.Text}' waits for '{wanted.Text}', which belongs to a later stage.");
                }
            }
        }
    }

    private static IEnumerable<DataNode> Names(DataNode job) =>
        (job["extends"]?.ScalarOrItems() ?? [])
            .Concat((job["needs"]?.Items ?? []).Select(Needed).OfType<DataNode>())
            .Concat(job["dependencies"] is { Kind: NodeKind.Sequence } dependencies ? dependencies.ScalarOrItems() : [])
            .Where(name => name.Text is { } text && text.AsSpan().IndexOfAny("$[") < 0);

    private static DataNode? Needed(DataNode need) =>
        need.Text is not null ? need
        : need["project"] is null && need["pipeline"] is null && need["optional"]?.IsTrue != true && need["parallel"] is null ? need["job"]
        : null;

    private static bool IsExtended(DataNode job, DataNode wanted) => job["extends"]?.ScalarOrItems().Contains(wanted) == true;

    /// <summary>Which stage a job is in, when it says so itself.</summary>
    private static int? Stage(GitLabConfig pipeline, DataNode job)
    {
        if (pipeline.Stages is not { } stages || (job["stage"] is null && !GitLabConfig.IsComplete(job)))
        {
            return null;
        }

        for (var index = 0; index < stages.Count; index++)
        {
            if (stages[index] == (job["stage"]?.Text ?? "test"))
            {
                return index;
            }
        }

        return null;
    }
}
