using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an expression that asks for a step, job, output, input or axis of the matrix that there is not.</summary>
internal sealed class UnknownReference : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA016", "unknown-reference", Category.CiCd, Severity.Medium,
        What: "An expression that names a step, job, output, input or axis of the matrix that the workflow does not have, or a job that its own does not wait for.",
        Why: "GitHub puts nothing in its place and says nothing, so the command runs with a part missing or the condition never holds.",
        Remedy: "Correct the name, give the step its id, or add the job to `needs`.")
    {
        Equivalents = ["actionlint/expression"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/contexts"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        var inputs = Inputs(workflow, "workflow_call", "workflow_dispatch");
        // Whoever calls the workflow may have been started by hand, with inputs of its own.
        var started = workflow.HasTrigger("workflow_dispatch") && !workflow.HasTrigger("workflow_call") ? Inputs(workflow, "workflow_dispatch") : null;
        var jobs = workflow.Jobs.DistinctBy(job => job.Id, StringComparer.OrdinalIgnoreCase).ToDictionary(job => job.Id, StringComparer.OrdinalIgnoreCase);
        foreach (var job in workflow.Jobs)
        {
            var scope = new Scope(job, inputs, started, jobs);
            foreach (var expression in Expressions(workflow, job.Node, 0))
            {
                foreach (var problem in Problems(expression, scope))
                {
                    yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), problem);
                }
            }

            foreach (var finding in StepsToCome(workflow, job, scope))
            {
                yield return finding;
            }
        }

        foreach (var finding in GivenOutputs(workflow, jobs))
        {
            yield return finding;
        }
    }

    /// <summary>What a step asks of itself or of a step after it, which has given nothing yet.</summary>
    private IEnumerable<Finding> StepsToCome(Workflow workflow, WorkflowJob job, Scope scope)
    {
        if (scope.Steps is null)
        {
            yield break;
        }

        var order = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < job.Steps.Count; index++)
        {
            if (job.Steps[index].Node["id"]?.Text is { Length: < 100 } id)
            {
                order.TryAdd(id, index);
            }
        }

        for (var index = 0; order.Count > 0 && index < job.Steps.Count; index++)
        {
            foreach (var expression in Expressions(workflow, job.Steps[index].Node, 0))
            {
                foreach (var name in (expression.Tree?.All() ?? []).Select(part => Names(part) is ["steps", var step] && order.GetValueOrDefault(step, -1) >= index ? step : null).OfType<string>())
                {
                    yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), $"Step '{name}' {(order[name] == index ? "is this one" : "comes later")}, so it has given nothing yet.");
                }
            }
        }
    }

    /// <summary>What the workflow gives to whoever calls it, of jobs that it does not have or that give no such thing.</summary>
    private IEnumerable<Finding> GivenOutputs(Workflow workflow, Dictionary<string, WorkflowJob> jobs)
    {
        foreach (var output in workflow.Triggers.Where(trigger => trigger.Name == "workflow_call").SelectMany(trigger => Workflow.Pairs(trigger.Filter?["outputs"])))
        {
            foreach (var expression in workflow.Expressions(output.Value["value"]))
            {
                foreach (var problem in (expression.Tree?.All() ?? []).Select(part => Problem(Names(part), jobs)).OfType<string>())
                {
                    yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), problem);
                }
            }
        }
    }

    private static string? Problem(List<string> names, Dictionary<string, WorkflowJob> jobs) => names switch
    {
        ["jobs", var job] when !jobs.ContainsKey(job) => $"The workflow has no job '{job}'.{Hint(job, jobs.Keys)}",
        ["jobs", var job, "outputs", var output] when jobs.GetValueOrDefault(job) is { Uses: null } giver && Keys(giver.Node["outputs"]) is { } outputs && !outputs.Contains(output) =>
            $"Job '{job}' has no output '{output}'.{Hint(output, outputs)}",
        _ => null,
    };

    private static IEnumerable<string> Problems(EmbeddedExpression expression, Scope scope) =>
        (expression.Tree?.All() ?? []).Select(part => Names(part) switch
        {
            ["steps", var step] when scope.Steps is { } known && !known.Contains(step) => $"No step of job '{scope.Job.Id}' has the id '{step}'.{Hint(step, known)}",
            ["needs", var other] when !scope.Needs.Contains(other) =>
                scope.Jobs.ContainsKey(other) ? $"Job '{scope.Job.Id}' does not wait for job '{other}', so 'needs' does not have it." : $"'needs' has no '{other}'.{Hint(other, scope.Needs)}",
            ["needs", var other, "outputs", var output] when scope.Jobs.GetValueOrDefault(other) is { Uses: null } needed && Keys(needed.Node["outputs"]) is { } outputs && !outputs.Contains(output) =>
                $"Job '{other}' has no output '{output}'.{Hint(output, outputs)}",
            ["inputs", var input] when scope.Inputs is { } known && !known.Contains(input) => $"The workflow has no input '{input}'.{Hint(input, known)}",
            ["github", "event", "inputs", var input] when scope.Started is { } known && !known.Contains(input) => $"The workflow has no input '{input}'.{Hint(input, known)}",
            ["matrix", var axis] when scope.Axes is { } known && !known.Contains(axis) => $"The matrix of job '{scope.Job.Id}' has no '{axis}'.{Hint(axis, known)}",
            _ => null,
        }).OfType<string>();

    /// <summary>The names of a member from its context on, or nothing when one of them is known to the run only.</summary>
    private static List<string> Names(Expression part)
    {
        List<string> names = [];
        while (part is Expression.Member { Name: not "*" } member && names.Count < 4)
        {
            if (member.Index is not null and not Expression.Literal { Value.Kind: "String" })
            {
                return [];
            }

            names.Insert(0, names.Count == 1 && string.Equals(member.Name, "outputs", StringComparison.OrdinalIgnoreCase) ? "outputs" : member.Name);
            part = member.Target;
        }

        if (part is not Expression.Context context)
        {
            return [];
        }

        names.Insert(0, context.Name.ToLowerInvariant());
        return names;
    }

    /// <summary>The expressions of a job. A mapping below 'with' may be for another language, but its texts are evaluated all the same.</summary>
    private static IEnumerable<EmbeddedExpression> Expressions(Workflow workflow, DataNode node, int depth)
    {
        if (depth > 12)
        {
            return [];
        }

        return node.Kind switch
        {
            NodeKind.Scalar => workflow.Expressions(node),
            NodeKind.Sequence => node.Items.SelectMany(item => Expressions(workflow, item, depth + 1)),
            _ => node.Entries.SelectMany(entry => entry.Key.Text == "if" && entry.Value.Kind == NodeKind.Scalar
                ? workflow.Condition(entry.Value)
                : Expressions(workflow, entry.Value, depth + 1)),
        };
    }

    private static HashSet<string> Inputs(Workflow workflow, params string[] events) => [.. workflow.Triggers
        .Where(trigger => events.Contains(trigger.Name))
        .SelectMany(trigger => Workflow.Pairs(trigger.Filter?["inputs"]))
        .Select(pair => pair.Key.Text!.ToLowerInvariant())];

    /// <summary>The keys of a mapping; null when one of them is an expression, or the whole is.</summary>
    private static HashSet<string>? Keys(DataNode? mapping)
    {
        if (mapping is { Kind: not NodeKind.Mapping })
        {
            return null;
        }

        var keys = Workflow.Pairs(mapping).Select(pair => pair.Key.Text!).Where(key => key.Length < 1_000).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return keys.Any(key => key.Contains("${{", StringComparison.Ordinal)) ? null : keys;
    }

    private static string Hint(string written, IReadOnlyCollection<string> known) =>
        NearestName.Of(written, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    private sealed class Scope
    {
        /// <param name="started">The inputs that <c>github.event</c> has; null when they are not known.</param>
        public Scope(WorkflowJob job, HashSet<string> inputs, HashSet<string>? started, Dictionary<string, WorkflowJob> jobs)
        {
            Started = started is null ? null : new(started, StringComparer.OrdinalIgnoreCase);
            Job = job;
            Jobs = jobs;
            Inputs = new(inputs, StringComparer.OrdinalIgnoreCase);
            Needs = job.Needs.Select(need => need.Text!).ToHashSet(StringComparer.OrdinalIgnoreCase);
            Steps = Ids(job.Node["steps"]);
            Axes = MatrixAxes(job.Node.At("strategy", "matrix"));
        }

        public WorkflowJob Job { get; }

        public Dictionary<string, WorkflowJob> Jobs { get; }

        public HashSet<string> Inputs { get; }

        public HashSet<string>? Started { get; }

        public HashSet<string> Needs { get; }

        public HashSet<string>? Steps { get; }

        public HashSet<string>? Axes { get; }

        private static HashSet<string>? Ids(DataNode? steps)
        {
            var nested = (steps?.Items ?? []).SelectMany(step => step["parallel"]?.Items ?? []);
            var ids = (steps?.Items ?? []).Concat(nested).Select(step => step["id"]?.Text).OfType<string>().Where(id => id.Length < 100).ToHashSet(StringComparer.OrdinalIgnoreCase);
            return ids.Any(id => id.Contains("${{", StringComparison.Ordinal)) ? null : ids;
        }

        private static HashSet<string>? MatrixAxes(DataNode? matrix)
        {
            if (Keys(matrix) is not { } axes)
            {
                return null;
            }

            if (matrix?["include"] is { } include)
            {
                if (include.Kind != NodeKind.Sequence)
                {
                    return null;
                }

                foreach (var item in include.Items)
                {
                    if (Keys(item) is not { } keys)
                    {
                        return null;
                    }

                    axes.UnionWith(keys);
                }
            }

            return axes;
        }
    }
}
