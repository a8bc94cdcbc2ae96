namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>The types of the contexts in a job, as far as GitHub's documentation and the workflow itself say.</summary>
/// <remarks>GitHub, "Contexts reference". What is not named there is taken for anything.</remarks>
internal sealed class ContextTypes
{
    private static readonly ExpressionType Step = ExpressionType.Object(
        ("outputs", ExpressionType.Texts), ("outcome", ExpressionType.String), ("conclusion", ExpressionType.String));

    private static readonly ExpressionType Need = ExpressionType.Object(("outputs", ExpressionType.Texts), ("result", ExpressionType.String));

    private static readonly Dictionary<string, ExpressionType> Fixed = new(StringComparer.OrdinalIgnoreCase)
    {
        ["github"] = ExpressionType.Object(
            [("event", ExpressionType.AnyObject), .. Each(
                "action", "action_path", "action_ref", "action_repository", "action_status", "actor", "actor_id", "api_url", "base_ref", "env", "event_name",
                "event_path", "graphql_url", "head_ref", "job", "path", "ref", "ref_name", "ref_type", "repository", "repository_id", "repository_owner",
                "repository_owner_id", "repositoryUrl", "retention_days", "run_id", "run_number", "run_attempt", "secret_source", "server_url", "sha", "token",
                "triggering_actor", "workflow", "workflow_ref", "workflow_sha", "workspace")]),
        ["vars"] = ExpressionType.Texts,
        ["secrets"] = ExpressionType.Texts,
        ["runner"] = ExpressionType.Object(Each("name", "os", "arch", "temp", "tool_cache", "debug", "environment", "workspace")),
        ["job"] = ExpressionType.Object(
            ("status", ExpressionType.String), ("container", ExpressionType.Closed(Each("id", "network", "ports"))), ("services", ExpressionType.AnyObject)),
        ["strategy"] = ExpressionType.Object(
            ("fail-fast", ExpressionType.Boolean), ("job-index", ExpressionType.Number), ("job-total", ExpressionType.Number), ("max-parallel", ExpressionType.Number)),
        ["steps"] = new ExpressionType.ObjectOf(new Dictionary<string, ExpressionType>(), Step),
        ["needs"] = new ExpressionType.ObjectOf(new Dictionary<string, ExpressionType>(), Need),
    };

    private readonly ExpressionType _inputs;
    private readonly ExpressionType _env;
    private readonly ExpressionType _matrix;

    private ContextTypes(ExpressionType inputs, ExpressionType env, ExpressionType matrix) => (_inputs, _env, _matrix) = (inputs, env, matrix);

    /// <summary>Outside of every job.</summary>
    public static ContextTypes Outside(Workflow workflow) => new(Inputs(workflow), Env(workflow), ExpressionType.Any);

    /// <summary>The same in a job of that workflow.</summary>
    public ContextTypes In(WorkflowJob job) =>
        job.Node.At("strategy", "matrix") is { } matrix ? new(_inputs, _env, Matrix(job.Workflow, matrix)) : this;

    public ExpressionType Of(string context) => context.ToLowerInvariant() switch
    {
        "inputs" => _inputs,
        "env" => _env,
        "matrix" => _matrix,
        var other => Fixed.GetValueOrDefault(other, ExpressionType.Any),
    };

    /// <summary>What an input is declared to be; a workflow may be called and started by hand with the same input of two types.</summary>
    public static ExpressionType OfInput(DataNode input) => input["type"]?.Text switch
    {
        "boolean" => ExpressionType.Boolean,
        "number" => ExpressionType.Number,
        "string" or "choice" or "environment" => ExpressionType.String,
        _ => ExpressionType.Any,
    };

    private static (string, ExpressionType)[] Each(params string[] names) => [.. names.Select(name => (name, ExpressionType.String))];

    /// <summary>The variables that the workflow sets anywhere; a script may set others.</summary>
    private static ExpressionType.ObjectOf Env(Workflow workflow) => new(
        workflow.Steps.Select(step => step.Node).Concat(workflow.Jobs.Select(job => job.Node)).Prepend(workflow.Root)
            .SelectMany(node => Workflow.Pairs(node["env"])).Select(pair => pair.Key.Text!).Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(name => name, _ => ExpressionType.String, StringComparer.OrdinalIgnoreCase),
        ExpressionType.String);

    private static ExpressionType Inputs(Workflow workflow) => ExpressionType.Object([.. workflow.Triggers
        .Where(trigger => trigger.Name is "workflow_call" or "workflow_dispatch")
        .SelectMany(trigger => Workflow.Pairs(trigger.Filter?["inputs"]))
        .GroupBy(pair => pair.Key.Text!, StringComparer.OrdinalIgnoreCase)
        .Select(group => (group.Key, group.Select(pair => OfInput(pair.Value)).Aggregate(ExpressionType.Either)))]);

    private static ExpressionType Matrix(Workflow workflow, DataNode matrix)
    {
        if (matrix.Kind != NodeKind.Mapping || matrix["include"] is { Kind: not NodeKind.Sequence })
        {
            return ExpressionType.Any;
        }

        var values = new Dictionary<string, ExpressionType>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in Workflow.Pairs(matrix).Where(pair => pair.Key.Text is not ("include" or "exclude")).Concat(matrix["include"]?.Items.SelectMany(item => item.Entries) ?? []))
        {
            if (key is { Kind: NodeKind.Scalar, Text: null })
            {
                // The axis 'null', whose name nobody can write.
                continue;
            }

            if (key.Text is not { } name || name.Contains("${{", StringComparison.Ordinal))
            {
                return ExpressionType.Any;
            }

            var isAxis = matrix[name] == value;
            var type = !isAxis ? OfValue(workflow, value, 0)
                : value is { Kind: NodeKind.Sequence, Items.Count: > 0 } ? value.Items.Select(item => OfValue(workflow, item, 0)).Aggregate(ExpressionType.Either)
                : ExpressionType.Any;
            values[name] = values.TryGetValue(name, out var known) ? ExpressionType.Either(known, type) : type;
        }

        // What only some of the combinations have is null in the others, and a comparison asks whether it is there.
        foreach (var name in values.Where(value => value.Value.IsCollection && matrix[value.Key] is null).Select(value => value.Key).ToList())
        {
            values[name] = values[name] with { MayBeMissing = true };
        }

        return new ExpressionType.ObjectOf(values, ExpressionType.Any);
    }

    /// <summary>The type of a value that stands in the workflow; of a lone expression in it, that of the expression.</summary>
    private static ExpressionType OfValue(Workflow workflow, DataNode value, int depth)
    {
        if (depth > 8)
        {
            return ExpressionType.Any;
        }

        return value switch
        {
            { Kind: NodeKind.Mapping } when value.Entries.Any(entry => entry.Key.Text is not { } name || name == "<<" || name.Contains("${{", StringComparison.Ordinal)) => ExpressionType.AnyObject,
            { Kind: NodeKind.Mapping } => ExpressionType.Closed(Workflow.Pairs(value).Select(pair => (pair.Key.Text!, OfValue(workflow, pair.Value, depth + 1)))),
            { Kind: NodeKind.Sequence } => new ExpressionType.ArrayOf(ExpressionType.Common(value.Items.Select(item => OfValue(workflow, item, depth + 1)))),
            { Type: ScalarType.Boolean } => ExpressionType.Boolean,
            { Type: ScalarType.Number } => ExpressionType.Number,
            { Type: ScalarType.Null } => ExpressionType.Any,
            _ when !value.Text!.Contains("${{", StringComparison.Ordinal) => ExpressionType.String,
            _ when IsWhole(value.Text) && workflow.Expressions(value).ToList() is [{ Tree: { } tree }] => new ExpressionTyper(name => Fixed.GetValueOrDefault(name, ExpressionType.Any)).Of(tree),
            _ when IsWhole(value.Text) => ExpressionType.Any,
            _ => ExpressionType.String,
        };
    }

    /// <summary>Whether the text is one expression and nothing beside it, so that its value keeps its type.</summary>
    public static bool IsWhole(string text)
    {
        var trimmed = text.AsSpan().Trim();
        return trimmed.StartsWith("${{", StringComparison.Ordinal) && trimmed.EndsWith("}}", StringComparison.Ordinal) && trimmed[3..].IndexOf("${{", StringComparison.Ordinal) < 0;
    }
}
