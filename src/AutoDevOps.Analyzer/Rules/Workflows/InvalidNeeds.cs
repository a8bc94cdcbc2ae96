using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags <c>needs</c> that names no job of the workflow, or jobs that wait for each other.</summary>
internal sealed class InvalidNeeds : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA003", "invalid-needs", Category.CiCd, Severity.High,
        What: "`needs` that names a job that does not exist, or jobs that wait for each other.",
        Why: "GitHub refuses the workflow, so none of its jobs runs.",
        Remedy: "Name an existing job, and break the cycle.")
    {
        Confidence = 0.99,
        Equivalents = ["actionlint/job-needs"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        // Job ids are case-insensitive. A repeated id is another rule's business.
        var jobs = workflow.Jobs.GroupBy(job => job.Id, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);
        foreach (var job in workflow.Jobs)
        {
            foreach (var need in job.Needs.Where(need => !jobs.ContainsKey(need.Text!)))
            {
                var nearest = NearestName.Of(need.Text!, jobs.Keys);
                yield return Descriptor.At(file.Path, need.Line, $"Job '{job.Id}' needs '{need.Text}', which is no job of this workflow.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}");
            }
        }

        foreach (var job in JobsInCycles(jobs))
        {
            yield return Descriptor.At(file.Path, job.Node.Key("needs")!.Line, $"Job '{job.Id}' waits for itself through its 'needs'.");
        }
    }

    /// <summary>Takes away jobs that wait for nothing until none is left (Kahn's algorithm), then those that only wait for a
    /// cycle without being in one.</summary>
    private static IEnumerable<WorkflowJob> JobsInCycles(Dictionary<string, WorkflowJob> jobs)
    {
        var left = new HashSet<string>(jobs.Keys, StringComparer.OrdinalIgnoreCase);
        while (left.RemoveWhere(id => !jobs[id].Needs.Any(need => left.Contains(need.Text!))) > 0)
        {
        }

        while (left.RemoveWhere(id => !left.Any(other => jobs[other].Needs.Any(need => string.Equals(need.Text, id, StringComparison.OrdinalIgnoreCase)))) > 0)
        {
        }

        return jobs.Values.Where(job => left.Contains(job.Id));
    }
}
