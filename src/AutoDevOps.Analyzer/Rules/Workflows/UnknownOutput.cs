using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an output that the workflow or action of this repository does not give.</summary>
internal sealed class UnknownOutput : WorkflowsRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA079", "unknown-output", Category.CiCd, Severity.Medium,
        What: "An expression that asks for an output which the called workflow, or the composite action, of this repository does not declare, or that is almost one of an action.",
        Why: "GitHub puts nothing in its place and says nothing.",
        Remedy: "Correct the name, or declare the output.")
    {
        Equivalents = ["actionlint/expression", "actionlint/workflow-call"],
        References = ["https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#using-outputs-from-a-reusable-workflow"],
    };

    protected override IEnumerable<Finding> Check(RepositorySnapshot snapshot, Workflow workflow)
    {
        var (called, local) = (new CalledWorkflows(snapshot), new LocalActions(snapshot));
        var jobs = new Dictionary<string, DataNode?>(StringComparer.OrdinalIgnoreCase);
        foreach (var job in workflow.Jobs)
        {
            jobs[job.Id] = called.Of(job)?.Triggers.FirstOrDefault(trigger => trigger.Name == "workflow_call") is { } declared ? declared.Filter?["outputs"] ?? declared.Node : null;
        }

        foreach (var job in workflow.Jobs)
        {
            var steps = Steps(job, local);
            var published = Published(job, local);
            foreach (var (expression, part) in WorkflowExpressions.Parts(workflow, job.Node))
            {
                if ((Problem(part, jobs, steps) ?? Misspelt(part, published)) is { } problem)
                {
                    yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), problem);
                }
            }
        }
    }

    private static Dictionary<string, DataNode?> Steps(WorkflowJob job, LocalActions local)
    {
        var steps = new Dictionary<string, DataNode?>(StringComparer.OrdinalIgnoreCase);
        foreach (var step in job.Steps)
        {
            if (step.Node["id"]?.Text is { Length: < 100 } id)
            {
                // Only what a composite action declares can come out of it.
                steps[id] = local.Of(step) is { } root && root.At("runs", "using")?.Text == "composite" ? root["outputs"] ?? root["runs"] : null;
            }
        }

        return steps;
    }

    /// <summary>What the steps with an action that is a program give, as far as it is said: it may give other things, and only what is almost one of
    /// these is taken for a mistake.</summary>
    private static Dictionary<string, IReadOnlyCollection<string>> Published(WorkflowJob job, LocalActions local)
    {
        var steps = new Dictionary<string, IReadOnlyCollection<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var step in job.Steps)
        {
            if (step.Node["id"]?.Text is { Length: < 100 } id)
            {
                steps[id] = local.Of(step) is { } root ? [.. Workflow.Pairs(root["outputs"]).Select(output => output.Key.Text!)]
                    : step.Action is { Kind: ActionKind.Remote } action ? ActionCatalog.Find(action.Path.Length > 0 ? $"{action.Name}/{action.Path}" : action.Name)?.Outputs ?? []
                    : [];
            }
        }

        return steps;
    }

    private static string? Misspelt(Expression part, Dictionary<string, IReadOnlyCollection<string>> published) =>
        part is Expression.Member { Name: not "*" and var output, Target: Expression.Member { Name: "outputs", Target: Expression.Member { Name: var id, Target: Expression.Context { Name: "steps" } } } }
        && published.GetValueOrDefault(id) is { Count: > 0 } names && !names.Contains(output, StringComparer.OrdinalIgnoreCase) && NearestName.Of(output, names) is { } nearest
            ? $"'steps.{id}' has no output '{output}'. Did you mean '{nearest}'?"
            : null;

    private static string? Problem(Expression part, Dictionary<string, DataNode?> jobs, Dictionary<string, DataNode?> steps)
    {
        if (part is not Expression.Member { Name: not "*" and var output, Target: Expression.Member { Name: "outputs", Target: Expression.Member { Name: var id, Target: Expression.Context { Name: var context } } } })
        {
            return null;
        }

        var giver = context switch
        {
            "needs" => jobs.GetValueOrDefault(id),
            "steps" => steps.GetValueOrDefault(id),
            _ => null,
        };
        if (giver is null)
        {
            return null;
        }

        // Without any output the node of something else stands for an empty list.
        var names = giver.Kind == NodeKind.Mapping && giver["using"] is null ? Workflow.Pairs(giver).Select(pair => pair.Key.Text!).ToList() : [];
        var hint = NearestName.Of(output, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        return names.Contains(output, StringComparer.OrdinalIgnoreCase) ? null : $"'{context}.{id}' has no output '{output}'.{hint}";
    }
}
