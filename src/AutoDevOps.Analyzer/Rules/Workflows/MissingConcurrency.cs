using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a workflow for pull requests that goes on building what a newer push has replaced.</summary>
internal sealed class MissingConcurrency : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA041", "missing-concurrency", Category.Performance, Severity.Low,
        What: "A workflow that builds pull requests and states no `concurrency`.",
        Why: "Each push to a pull request leaves the runs before it going on, although nobody waits for them.",
        Remedy: "Add a `concurrency` group per pull request with `cancel-in-progress`.")
    {
        Equivalents = ["zizmor/concurrency-limits"],
        References = ["https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow || !workflow.HasTrigger("pull_request") || workflow.Root["concurrency"] is not null)
        {
            yield break;
        }

        // Other types of event, such as closed, do not follow each other quickly.
        var trigger = workflow.Triggers.First(trigger => trigger.Name == "pull_request");
        if (trigger.Filter?["types"] is { } types && !types.ScalarOrItems().Any(type => type.Text == "synchronize"))
        {
            yield break;
        }

        // Without a checkout a run takes seconds: labels, greetings, checks of the title.
        var building = workflow.Jobs.Where(job => job.Steps.Any(step => step.Action?.Is("actions/checkout") == true)).ToList();
        if (building.Count == 0 || building.Any(job => job.Node["concurrency"] is not null))
        {
            yield break;
        }

        yield return Descriptor.At(file.Path, trigger.Node.Line, "Runs for a pull request go on after a newer push has replaced them.") with { Fix = Repair(workflow) };
    }

    /// <summary>The group is one pull request; every other run is a group of its own, so nothing else is ever cancelled.</summary>
    private static Fix? Repair(Workflow workflow) =>
        workflow.Root.Key("jobs") is { Start.Column: 1, Line: var line }
            ? new("Cancel runs that a newer push has replaced", workflow.File.Path, [new Edit(line, line - 1,
                "concurrency:\n  group: ${{ github.workflow }}-${{ github.event.pull_request.number || github.run_id }}\n  cancel-in-progress: true\n")])
            : null;
}
