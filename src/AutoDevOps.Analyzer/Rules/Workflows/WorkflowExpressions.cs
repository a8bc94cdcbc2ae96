using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The expressions of a workflow or of a part of it, wherever they stand.</summary>
internal static class WorkflowExpressions
{
    private const int MaxDepth = 12;

    /// <summary>GitHub refuses a longer text with expressions in it.</summary>
    private const int MaxTextLength = 21_000;

    public static IEnumerable<EmbeddedExpression> Of(Workflow workflow) => Below(workflow, workflow.Root);

    /// <summary>Those that parse, with every part of them.</summary>
    public static IEnumerable<(EmbeddedExpression Expression, Expression Part)> Parts(Workflow workflow, DataNode node) =>
        Below(workflow, node).SelectMany(expression => (expression.Tree?.All() ?? []).Select(part => (expression, part)));

    public static IEnumerable<EmbeddedExpression> Below(Workflow workflow, DataNode node, int depth = 0)
    {
        WorkBudget.Spend(1);
        return depth > MaxDepth ? [] : node.Kind switch
        {
            NodeKind.Mapping => node.Entries.SelectMany(entry => entry is { Key.Text: "if", Value.Kind: NodeKind.Scalar } ? workflow.Condition(entry.Value) : Below(workflow, entry.Value, depth + 1)),
            NodeKind.Sequence => node.Items.SelectMany(item => Below(workflow, item, depth + 1)),
            _ when node.Type == ScalarType.String && node.Text!.Length <= MaxTextLength && node.Text.Contains("${{", StringComparison.Ordinal) => workflow.Expressions(node),
            _ => [],
        };
    }
}
