namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>Which jobs of a workflow no event ever starts, as far as the file alone decides.</summary>
internal sealed class NeverRunning
{
    /// <summary>There are fewer events than this.</summary>
    private const int MaxEvents = 60;

    private static readonly Expression False = new Expression.Literal("false", ExpressionValue.False);

    /// <summary>With one of these a job runs although what it needs was skipped.</summary>
    private static readonly string[] Statuses = ["always", "failure", "cancelled"];

    /// <summary>Events that only ever are about branches.</summary>
    private static readonly string[] OfBranches = ["pull_request", "merge_group"];

    private readonly Workflow _workflow;
    private readonly Dictionary<string, Why> _reasons = new(StringComparer.Ordinal);

    public NeverRunning(Workflow workflow)
    {
        _workflow = workflow;
        var found = new Queue<string>();
        foreach (var job in workflow.Jobs)
        {
            if (ByCondition(job) is { } why && _reasons.TryAdd(job.Id, why))
            {
                found.Enqueue(job.Id);
            }
        }

        var waiting = workflow.Jobs.Where(job => !RunsWhatever(job)).SelectMany(job => job.Needs, (job, needed) => (job, needed)).ToLookup(pair => pair.needed.Text, StringComparer.Ordinal);
        while (found.TryDequeue(out var dead))
        {
            foreach (var (job, needed) in waiting[dead])
            {
                if (_reasons.TryAdd(job.Id, new(needed, $"it needs '{dead}', which never runs")))
                {
                    found.Enqueue(job.Id);
                }
            }
        }
    }

    /// <param name="Message">The reason in words; null where somebody else says it.</param>
    /// <param name="IsSwitchedOff">Its condition is no more than a value.</param>
    public sealed record Why(DataNode Place, string? Message, bool IsSwitchedOff = false);

    /// <returns>Null when it may run.</returns>
    public Why? Reason(WorkflowJob job) => _reasons.GetValueOrDefault(job.Id);

    private Why? ByCondition(WorkflowJob job)
    {
        if (job.Node["if"] is not { } condition)
        {
            return null;
        }

        if (condition is { Type: ScalarType.Boolean, IsTrue: false })
        {
            return new(condition, "its condition is false", IsSwitchedOff: true);
        }

        if (Tree(condition) is not { } tree)
        {
            return null;
        }

        if (ExpressionEvaluator.ConstantTruth(tree) == false)
        {
            return tree is Expression.Literal ? new(condition, "its condition is false", IsSwitchedOff: true) : new(condition, null);
        }

        return _workflow.Triggers.Count is > 0 and <= MaxEvents && _workflow.Triggers.All(trigger => trigger.Name != "workflow_call" && ExpressionEvaluator.ConstantTruth(During(tree, trigger)) == false)
            ? new(condition, $"its condition is false for {string.Join(" and for ", _workflow.Triggers.Select(trigger => trigger.Name))}, and the workflow starts on nothing else")
            : null;
    }

    /// <summary>Whether a job may run although one that it needs did not.</summary>
    private bool RunsWhatever(WorkflowJob job) =>
        job.Node["if"] is { } condition && (Tree(condition) is not { } tree || tree.All().OfType<Expression.Call>().Any(call => Statuses.Contains(call.Name.ToLowerInvariant())));

    /// <summary>The condition, where it is one expression and nothing beside it.</summary>
    private Expression? Tree(DataNode condition)
    {
        var expressions = _workflow.Condition(condition).Take(2).ToList();
        return expressions is [{ Tree: { } tree } only] && (!condition.Text!.Contains("${{", StringComparison.Ordinal) || condition.Text.Trim() is var text && text.StartsWith("${{", StringComparison.Ordinal) && only.Length == text.Length)
            ? tree
            : null;
    }

    /// <summary>The condition with what an event says of itself in the place of the questions for it.</summary>
    private static Expression During(Expression tree, WorkflowTrigger trigger) => tree.Replace(part => part switch
    {
        Expression.Member { Target: Expression.Context { Name: "github" }, Name: "event_name", Index: null } => new Expression.Literal(trigger.Name, ExpressionValue.Of(trigger.Name)),
        Expression.Call { Arguments: [Expression.Member { Target: Expression.Context { Name: "github" }, Name: "ref", Index: null }, Expression.Literal { Text: var start }] } call
            when call.Name.Equals("startsWith", StringComparison.OrdinalIgnoreCase) && start.StartsWith("refs/tags/", StringComparison.OrdinalIgnoreCase) && IsOfBranches(trigger) => False,
        _ => null,
    });

    // Of pushes those of tags come as well, unless only branches are named.
    private static bool IsOfBranches(WorkflowTrigger trigger) =>
        OfBranches.Contains(trigger.Name)
        || (trigger is { Name: "push", Filter: { } filter } && (filter["branches"] ?? filter["branches-ignore"]) is not null && filter["tags"] is null && filter["tags-ignore"] is null);
}
