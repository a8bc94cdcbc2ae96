using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Parsing.Workflows.Schema;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an event under <c>on</c> that GitHub does not send to workflows.</summary>
internal sealed class UnknownEvent : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA007", "unknown-event", Category.CiCd, Severity.High,
        What: "An event under `on` that does not exist.",
        Why: "GitHub refuses the workflow, or the event never starts it.",
        Remedy: "Use one of the events that GitHub documents.")
    {
        Equivalents = ["actionlint/events"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var trigger in Workflow.Read(file)?.Triggers.Where(trigger => !EventSchema.Names.Contains(trigger.Name)) ?? [])
        {
            var nearest = NearestName.Of(trigger.Name, EventSchema.Names);
            yield return Descriptor.At(file.Path, trigger.Node.Line, $"'{trigger.Name}' is no event that starts a workflow.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}") with
            {
                Confidence = nearest is null ? 0.85 : 0.97,
            };
        }
    }
}
