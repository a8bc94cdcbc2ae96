using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an expression whose types can have no sense: an object in a text, a property of a text, a comparison that never holds.</summary>
internal sealed class MistypedExpression : IFileRule
{
    private const int MaxDepth = 12;

    /// <summary>Keys whose value is a text whatever the expression in it yields.</summary>
    private static readonly string[] Texts = ["run", "name", "run-name", "working-directory", "shell", "uses"];

    /// <summary>Keys whose values are all texts.</summary>
    private static readonly string[] HoldsTexts = ["env", "with", "outputs"];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA017", "mistyped-expression", Category.CiCd, Severity.Medium,
        What: "An expression whose types can have no sense: an object or array in a text, a property of a text or number, a comparison that never holds, as of a boolean with `'true'`, an object for a runner's label.",
        Why: "GitHub does not refuse it: in a text an object is the word 'Object', a property of a text is empty, and such a comparison never holds.",
        Remedy: "Name the property that is meant, put the object into `toJSON`, compare a boolean with `true` and a text with `'true'`.")
    {
        Equivalents = ["actionlint/expression"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/expressions"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            return [];
        }

        var outside = ContextTypes.Outside(workflow);
        return workflow.Root.Entries.Where(entry => entry.Key.Text is not ("jobs" or "on"))
            .SelectMany(entry => Below(workflow, outside, entry.Value, entry.Key.Text, null, 0))
            .Concat(workflow.Jobs.SelectMany(job => Of(workflow, outside.In(job), job)))
            .Concat(Defaults(workflow, outside));
    }

    private IEnumerable<Finding> Of(Workflow workflow, ContextTypes types, WorkflowJob job)
    {
        var label = job.Node["runs-on"];
        return Below(workflow, types, job.Node, null, null, 0)
            .Concat(label is { Kind: NodeKind.Scalar } ? Label(workflow, types, label) : [])
            .Concat(Mappings(job).SelectMany(mapping => NoMapping(workflow, types, mapping.Key, mapping.Value)));
    }

    /// <summary>What must be a mapping, when one expression stands in its place.</summary>
    private static IEnumerable<KeyValuePair<DataNode, DataNode>> Mappings(WorkflowJob job)
    {
        var container = job.Node["container"];
        var holders = (job.Node["services"]?.Entries.Select(service => service.Value) ?? []).Append(container).OfType<DataNode>();
        return Workflow.Pairs(job.Node).Where(pair => pair.Key.Text is "env" or "services")
            .Concat(holders.SelectMany(Workflow.Pairs).Where(pair => pair.Key.Text is "env" or "credentials"))
            .Concat(job.Steps.SelectMany(step => Workflow.Pairs(step.Node)).Where(pair => pair.Key.Text is "env" or "with"))
            .Where(pair => pair.Value.Text is { } text && ContextTypes.IsWhole(text));
    }

    private IEnumerable<Finding> NoMapping(Workflow workflow, ContextTypes types, DataNode key, DataNode value)
    {
        if (workflow.Expressions(value).ToList() is [{ Tree: { } tree } expression]
            && new ExpressionTyper(types.Of).Of(tree) is var type && (type is ExpressionType.ArrayOf || (type is ExpressionType.Scalar && type != ExpressionType.Null)))
        {
            yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), $"'{key.Text}' is a mapping, and the expression yields {type.Name}.");
        }
    }

    /// <summary>All expressions below a node of the workflow.</summary>
    /// <param name="key">Of which key this is the value.</param>
    /// <param name="holder">Of which key the mapping is the value that this key stands in.</param>
    private IEnumerable<Finding> Below(Workflow workflow, ContextTypes types, DataNode node, string? key, string? holder, int depth)
    {
        WorkBudget.Spend(1);
        if (depth > MaxDepth)
        {
            return [];
        }

        return node.Kind switch
        {
            NodeKind.Mapping => node.Entries.SelectMany(entry => Below(workflow, types, entry.Value, entry.Key.Text, key, depth + 1)),
            NodeKind.Sequence => node.Items.SelectMany(item => Below(workflow, types, item, null, key, depth + 1)),
            _ when node.Type != ScalarType.String => [],
            _ when key == "if" => workflow.Condition(node).SelectMany(expression => Problems(workflow, types, expression, isText: false, isPart: false)),
            _ when node.Text!.Contains("${{", StringComparison.Ordinal) => workflow.Expressions(node).SelectMany(expression => Problems(workflow, types, expression, IsText(node, key, holder), !ContextTypes.IsWhole(node.Text))),
            _ => [],
        };
    }

    private static bool IsText(DataNode node, string? key, string? holder) =>
        !ContextTypes.IsWhole(node.Text!) || (key is not null && (Texts.Contains(key) || (holder is not null && HoldsTexts.Contains(holder))));

    private IEnumerable<Finding> Problems(Workflow workflow, ContextTypes types, EmbeddedExpression expression, bool isText, bool isPart)
    {
        if (expression.Tree is null)
        {
            yield break;
        }

        var typer = new ExpressionTyper(types.Of);
        var type = typer.Of(expression.Tree);
        foreach (var problem in typer.Problems)
        {
            yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), problem);
        }

        if (isText && type.IsCollection)
        {
            yield return Descriptor.At(
                ExpressionLocation.Of(workflow, expression),
                $"The expression yields {type.Name}, which becomes the word '{(type is ExpressionType.ArrayOf ? "Array" : "Object")}' in the text. Name what is meant in it, or use 'toJSON'.");
        }
        else if (isPart && type == ExpressionType.Null)
        {
            yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), "The expression yields null, which is nothing in the text.");
        }
    }

    /// <summary>A runner is chosen by a label, by several, or by <c>group</c> and <c>labels</c>.</summary>
    private IEnumerable<Finding> Label(Workflow workflow, ContextTypes types, DataNode label)
    {
        if (ContextTypes.IsWhole(label.Text ?? "") && workflow.Expressions(label).ToList() is [{ Tree: { } tree } expression]
            && new ExpressionTyper(types.Of).Of(tree) is ExpressionType.ObjectOf { Properties.Count: > 0 } type
            && !type.Properties.ContainsKey("group") && !type.Properties.ContainsKey("labels"))
        {
            yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), "The expression yields an object with neither 'group' nor 'labels', which chooses no runner.");
        }
    }

    /// <summary>The default of an input that is declared to be of another type.</summary>
    private IEnumerable<Finding> Defaults(Workflow workflow, ContextTypes types)
    {
        var inputs = workflow.Triggers.Where(trigger => trigger.Name == "workflow_call").SelectMany(trigger => Workflow.Pairs(trigger.Filter?["inputs"]));
        foreach (var (name, input) in inputs)
        {
            if (input["default"] is { Text: { } text } value && ContextTypes.IsWhole(text) && workflow.Expressions(value).ToList() is [{ Tree: { } tree } expression]
                && new ExpressionTyper(types.Of).Of(tree) is ExpressionType.Scalar found && ContextTypes.OfInput(input) is ExpressionType.Scalar declared
                && found != declared && found != ExpressionType.Null && declared != ExpressionType.String)
            {
                yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), $"The input '{name.Text}' is declared as {declared.Name}, and its default is {found.Name}.");
            }
        }
    }
}
