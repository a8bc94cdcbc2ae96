using AutoDevOps.Analyzer.Reports;

namespace AutoDevOps.Analyzer.Parsing.Workflows.Schema;

internal enum WorkflowProblemKind
{
    UnknownKey,

    /// <summary>Something of the wrong type, or none of the values there are.</summary>
    WrongValue,
    MissingKey,

    /// <summary>An expression where none is evaluated.</summary>
    NoExpressionHere,

    /// <summary>A context or function that exists, but not here.</summary>
    Unavailable,
}

/// <param name="Node">What to point at.</param>
/// <param name="Certain">False for what may be newer than the schema.</param>
internal sealed record WorkflowProblem(WorkflowProblemKind Kind, DataNode Node, string Message, bool Certain = true);

/// <summary>Compares a workflow with the schema.</summary>
internal sealed class WorkflowValidator
{
    /// <summary>Nobody reads more, and a hostile file could hold millions.</summary>
    private const int MaxProblems = 2_000;

    private const int MaxShownLength = 80;

    private readonly List<WorkflowProblem> _problems = [];
    private readonly Workflow _workflow;

    private WorkflowValidator(Workflow workflow) => _workflow = workflow;

    public static IReadOnlyList<WorkflowProblem> Problems(Workflow workflow)
    {
        var validator = new WorkflowValidator(workflow);
        validator.Check(workflow.Root, WorkflowSchema.Root, []);
        return validator._problems;
    }

    /// <param name="names">The contexts and functions that may be used.</param>
    /// <param name="owner">The key that the node is the value of: what a missing key is told at.</param>
    private void Check(DataNode node, WorkflowShape shape, IReadOnlyList<string> names, DataNode? owner = null)
    {
        WorkBudget.Spend(1 + ((node.Text?.Length ?? 0) / 64));
        if (_problems.Count > MaxProblems)
        {
            return;
        }

        names = Joined(names, shape.Adds);
        if (shape.Choose is not null)
        {
            Check(node, shape.Choose(node), names, owner);
            return;
        }

        switch (node.Kind)
        {
            case NodeKind.Mapping when shape.AllowsMapping:
                CheckMapping(node, shape, names, owner);
                break;
            case NodeKind.Sequence when shape.Items is not null:
                if (shape.NeedsItem && node.Items.Count == 0)
                {
                    Add(WorkflowProblemKind.WrongValue, node, "The list needs at least one item.");
                }

                foreach (var item in node.Items)
                {
                    Check(item, shape.Items, names);
                }

                break;
            case NodeKind.Scalar:
                CheckScalar(node, shape, names);
                break;
            default:
                Add(WorkflowProblemKind.WrongValue, node, $"{(node.Kind == NodeKind.Mapping ? "A mapping" : "A list")} cannot stand here; {Expected(shape)}.");
                break;
        }
    }

    private void CheckMapping(DataNode mapping, WorkflowShape shape, IReadOnlyList<string> names, DataNode? owner)
    {
        var hasExpressionKey = false;
        foreach (var (key, value) in mapping.Entries)
        {
            WorkBudget.Spend(1 + ((key.Text?.Length ?? 0) / 16));
            if (IsExpression(key))
            {
                hasExpressionKey = true;
                CheckExpressions(key, isCondition: false, names);
                Check(value, Shapes.Anything, names);
            }
            else if (key.Kind == NodeKind.Scalar && shape.Keys.TryGetValue(key.Text ?? "", out var known))
            {
                Check(value, known, names, key);
            }
            else if (shape.OtherKeys is null)
            {
                AddUnknown(key, shape);
            }
            else
            {
                if (key.Kind != NodeKind.Scalar || string.IsNullOrEmpty(key.Text))
                {
                    Add(WorkflowProblemKind.WrongValue, key, "A key needs a name.");
                }

                Check(value, shape.OtherKeys, names, key);
            }
        }

        if (hasExpressionKey || (shape.RequiresOnlyWithoutExpressions && mapping.Entries.Any(entry => HoldsExpression(entry.Value))))
        {
            return;
        }

        foreach (var missing in shape.Required.Where(name => mapping[name] is null))
        {
            Add(WorkflowProblemKind.MissingKey, owner ?? mapping, $"'{missing}' is missing: {shape.Name} needs it.");
        }
    }

    private void AddUnknown(DataNode key, WorkflowShape shape)
    {
        var name = key.Kind == NodeKind.Scalar ? key.Text ?? "" : "";
        var nearest = NearestName.Of(name, shape.Keys.Keys);
        var hint = nearest is null ? "" : $" Did you mean '{nearest}'?";
        _problems.Add(new(WorkflowProblemKind.UnknownKey, key, $"'{Printable.Short(name, MaxShownLength)}' is not a key of {shape.Name}.{hint}", nearest is not null || name.Length == 0));
    }

    private void CheckScalar(DataNode scalar, WorkflowShape shape, IReadOnlyList<string> names)
    {
        if (IsExpression(scalar) || (shape.IsCondition && scalar.Text is not null))
        {
            CheckExpressions(scalar, shape.IsCondition, names, shape.AllowsConstantExpressions);
        }
        else if (!Fits(scalar, shape.Scalars))
        {
            Add(WorkflowProblemKind.WrongValue, scalar, $"{Shown(scalar)} cannot stand here; {Expected(shape)}.");
        }
        else if (shape.Values is { } values && !values.Contains(scalar.Text))
        {
            var nearest = NearestName.Of(scalar.Text!, values);
            var message = $"{Shown(scalar)} is none of {string.Join(", ", values)}.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}";
            _problems.Add(new(WorkflowProblemKind.WrongValue, scalar, message, nearest is not null));
        }
        else if (shape.Check?.Invoke(scalar.Text ?? "") is { } problem)
        {
            Add(WorkflowProblemKind.WrongValue, scalar, problem);
        }
    }

    /// <summary>That an expression does not parse, or names what does not exist anywhere, is another rule's business.</summary>
    private void CheckExpressions(DataNode scalar, bool isCondition, IReadOnlyList<string> names, bool mayBeConstant = false)
    {
        if (names.Count == 0 && !mayBeConstant)
        {
            Add(WorkflowProblemKind.NoExpressionHere, scalar, "No expression is evaluated here.");
            return;
        }

        foreach (var tree in Trees(scalar, isCondition))
        {
            foreach (var part in tree.All())
            {
                var name = part switch
                {
                    Expression.Context context when ExpressionContexts.Exists(context.Name) => context.Name,
                    Expression.Call call when ExpressionFunction.Find(call.Name) is { Evaluate: null } => call.Name,
                    _ => null,
                };
                if (name is not null && !names.Contains(name, StringComparer.OrdinalIgnoreCase))
                {
                    var what = part is Expression.Call ? "function" : "context";
                    var contexts = names.Where(ExpressionContexts.Exists).Order(StringComparer.Ordinal);
                    var hint = names.Count == 0 ? "There is none." : $"There are: {string.Join(", ", contexts)}.";
                    Add(WorkflowProblemKind.Unavailable, scalar, $"The {what} '{name}' cannot be used here. {hint}");
                }
            }
        }
    }

    private IEnumerable<Expression> Trees(DataNode scalar, bool isCondition)
    {
        var expressions = isCondition ? _workflow.Condition(scalar) : _workflow.Expressions(scalar);
        return expressions.Select(expression => expression.Tree).OfType<Expression>();
    }

    private static bool IsExpression(DataNode scalar) =>
        scalar is { Kind: NodeKind.Scalar, Type: ScalarType.String } && scalar.Text!.Contains("${{", StringComparison.Ordinal);

    private static bool HoldsExpression(DataNode node) =>
        IsExpression(node) || node.Items.Any(HoldsExpression) || node.Entries.Any(entry => IsExpression(entry.Key) || HoldsExpression(entry.Value));

    private static bool Fits(DataNode scalar, ScalarKinds kinds)
    {
        // A text takes every scalar, as it is written.
        var isEmpty = string.IsNullOrEmpty(scalar.Text);
        if (kinds.HasFlag(isEmpty ? ScalarKinds.Empty : ScalarKinds.Text))
        {
            return true;
        }

        return scalar.Type switch
        {
            ScalarType.Null => kinds.HasFlag(ScalarKinds.Null),
            ScalarType.Boolean => kinds.HasFlag(ScalarKinds.Boolean),
            ScalarType.Number => kinds.HasFlag(ScalarKinds.Number),
            _ => false,
        };
    }

    private static string Shown(DataNode scalar) => string.IsNullOrEmpty(scalar.Text) ? "Nothing" : $"'{Printable.Short(scalar.Text, MaxShownLength)}'";

    private static string Expected(WorkflowShape shape)
    {
        List<string> options = [];
        void Add(bool isAllowed, string name)
        {
            if (isAllowed)
            {
                options.Add(name);
            }
        }

        Add(shape.Scalars.HasFlag(ScalarKinds.Text), "a text");
        Add(shape.Scalars.HasFlag(ScalarKinds.Boolean), "true or false");
        Add(shape.Scalars.HasFlag(ScalarKinds.Number), "a number");
        Add(shape.Scalars.HasFlag(ScalarKinds.Null), "nothing");
        Add(shape.Items is not null, "a list");
        Add(shape.AllowsMapping, "a mapping");
        return $"expected is {string.Join(" or ", options)}";
    }

    private static IReadOnlyList<string> Joined(IReadOnlyList<string> above, IReadOnlyList<string> added) =>
        added.Count == 0 ? above : above.Count == 0 ? added : [.. above, .. added];

    private void Add(WorkflowProblemKind kind, DataNode node, string message) => _problems.Add(new(kind, node, message));
}
