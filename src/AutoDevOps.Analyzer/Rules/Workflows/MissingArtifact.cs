using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an artifact that is fetched and that no job has made by then.</summary>
internal sealed class MissingArtifact : WorkflowRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA089", "missing-artifact", Category.CiCd, Severity.High,
        What: "A job that downloads an artifact which no job of the workflow uploads, or which a job uploads that it does not wait for.",
        Why: "The step fails, or does so whenever the other job is slower.",
        Remedy: "Correct the name, or add the job that uploads it to `needs`.")
    {
        Confidence = 0.93,
        References = ["https://docs.github.com/actions/tutorials/store-and-share-data"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        // Whoever calls it, and whatever it calls, has artifacts of its own in the same run.
        if (workflow.HasTrigger("workflow_call") || workflow.Jobs.Any(job => job.Uses is not null) || workflow.Steps.Any(MayUpload))
        {
            yield break;
        }

        var uploads = workflow.Steps.Where(step => step.Action?.Is("actions/upload-artifact") == true).Select(step => (step.Job, Name: Name(step) ?? "artifact")).ToList();
        foreach (var step in workflow.Steps.Where(Downloads))
        {
            var name = Name(step)!;
            var makers = uploads.Where(upload => upload.Name == name).Select(upload => upload.Job!).ToList();
            if (makers.Count == 0)
            {
                yield return At(workflow, step.With("name")!, $"No job uploads an artifact '{name}'.");
            }
            else if (!makers.Any(maker => maker.Id == step.Job!.Id || Before(workflow, step.Job).Contains(maker.Id)))
            {
                yield return At(workflow, step.With("name")!, $"Job '{step.Job!.Id}' does not wait for '{makers[0].Id}', which uploads '{name}'.");
            }
        }
    }

    private static string? Name(WorkflowStep step) => step.With("name")?.Text;

    private static bool Downloads(WorkflowStep step) =>
        step.Action?.Is("actions/download-artifact") == true && Name(step) is { } name && !name.Contains("${{", StringComparison.Ordinal)
        && step.With("run-id") is null && step.With("repository") is null && step.With("github-token") is null && step.Node["continue-on-error"] is null && step.If is null;

    /// <summary>Actions that nobody here knows may upload under any name, and so may a name that is an expression.</summary>
    private static bool MayUpload(WorkflowStep step) => step.Action switch
    {
        { Kind: ActionKind.Local } => true,
        { Kind: ActionKind.Remote } action when action.Is("actions/upload-artifact") => Name(step)?.Contains("${{", StringComparison.Ordinal) == true,
        { Kind: ActionKind.Remote } action => !action.Is("actions/download-artifact") && action.Owner is not ("docker" or "github") && (action.Owner != "actions" || action.Repository.StartsWith("upload-", StringComparison.Ordinal))
            && !action.Repository.StartsWith("setup-", StringComparison.Ordinal) && !action.Repository.Contains("publish", StringComparison.Ordinal) && !action.Repository.Contains("release", StringComparison.Ordinal),
        _ => false,
    };

    private static HashSet<string> Before(Workflow workflow, WorkflowJob? job)
    {
        var jobs = workflow.Jobs.ToLookup(other => other.Id, StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<WorkflowJob>(job is null ? [] : [job]);
        while (queue.TryDequeue(out var next))
        {
            foreach (var needed in next.Needs.Where(needed => found.Add(needed.Text!)))
            {
                WorkBudget.Spend(1);
                foreach (var other in jobs[needed.Text!])
                {
                    queue.Enqueue(other);
                }
            }
        }

        return found;
    }
}
