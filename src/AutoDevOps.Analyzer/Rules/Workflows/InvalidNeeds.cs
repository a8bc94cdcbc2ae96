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

    /// <summary>Takes away the jobs that wait for nothing until none is left (Kahn's algorithm), then in the same way those that nobody waits
    /// for: they wait for a cycle without being in one.</summary>
    private static IEnumerable<WorkflowJob> JobsInCycles(Dictionary<string, WorkflowJob> jobs)
    {
        var waits = jobs.Values
            .SelectMany(job => job.Needs.Select(need => need.Text!).Where(jobs.ContainsKey).Distinct(StringComparer.OrdinalIgnoreCase).Select(need => (From: job.Id, To: need)))
            .ToList();
        var left = Peel(jobs.Keys, waits);
        left = Peel(left, waits.Where(wait => left.Contains(wait.From) && left.Contains(wait.To)).Select(wait => (wait.To, wait.From)));
        return jobs.Values.Where(job => left.Contains(job.Id));
    }

    /// <summary>What is left when, again and again, everything from which no arrow leads is taken away.</summary>
    private static HashSet<string> Peel(IEnumerable<string> ids, IEnumerable<(string From, string To)> arrows)
    {
        var left = new HashSet<string>(ids, StringComparer.OrdinalIgnoreCase);
        var all = arrows.ToList();
        var arriving = all.ToLookup(arrow => arrow.To, arrow => arrow.From, StringComparer.OrdinalIgnoreCase);
        var leaving = all.CountBy(arrow => arrow.From, StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        var free = new Queue<string>(left.Where(id => !leaving.ContainsKey(id)));
        while (free.TryDequeue(out var id))
        {
            left.Remove(id);
            foreach (var from in arriving[id].Where(from => --leaving[from] == 0))
            {
                free.Enqueue(from);
            }
        }

        return left;
    }
}
