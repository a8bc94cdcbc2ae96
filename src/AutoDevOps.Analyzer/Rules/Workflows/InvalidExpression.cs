using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a <c>${{ }}</c> that does not parse, or names a context or function that does not exist, or calls one with too few or too many arguments.</summary>
internal sealed class InvalidExpression : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA006", "invalid-expression", Category.CiCd, Severity.High,
        What: "A `${{ }}` expression that does not parse, uses a context or function that does not exist, or calls one with too few or too many arguments.",
        Why: "GitHub refuses the workflow, so none of its jobs runs.",
        Remedy: "Correct the expression; texts stand in single quotes, and names are those of GitHub's contexts and functions.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/expression"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/expressions"],
    };

    /// <summary>GitHub makes one expression of a text with expressions in it, and no expression may be longer.</summary>
    private const int MaxTextLength = 21_000;

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowOrActionPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) => Workflow.Read(file) is { } workflow
        ? Scalars(workflow.Root, 0).SelectMany(scalar => workflow.Expressions(scalar).SelectMany(expression => Problems(workflow, expression)).Concat(Length(file, scalar)))
            .Concat(Conditions(workflow).SelectMany(expression => Problems(workflow, expression)))
        : [];

    private IEnumerable<Finding> Length(SnapshotFile file, DataNode scalar) => scalar.Text!.Length > MaxTextLength
        ? [Descriptor.At(file.Path, scalar.Line, $"A text with expressions in it may have {MaxTextLength} characters, and this has {scalar.Text.Length}. Hand the values over in 'env', and the text is none with expressions.")]
        : [];

    /// <summary>The conditions that stand without braces.</summary>
    private static IEnumerable<EmbeddedExpression> Conditions(Workflow workflow) =>
        workflow.Jobs.Select(job => job.Node).Concat(workflow.Steps.Select(step => step.Node))
            .Select(node => node["if"])
            .Where(condition => condition?.Text?.Contains("${{", StringComparison.Ordinal) == false)
            .SelectMany(workflow.Condition);

    private IEnumerable<Finding> Problems(Workflow workflow, EmbeddedExpression expression)
    {
        if (expression.Error is { } error)
        {
            yield return At(workflow, expression, $"The expression does not parse: {error}.");
            yield break;
        }

        foreach (var problem in ExpressionNames.Problems(expression.Tree!, ExpressionContexts.All, ExpressionFunction.Names))
        {
            yield return At(workflow, expression, problem);
        }
    }

    private Finding At(Workflow workflow, EmbeddedExpression expression, string message) =>
        Descriptor.At(ExpressionLocation.Of(workflow, expression), message);

    private static IEnumerable<DataNode> Scalars(DataNode node, int depth)
    {
        if (depth > 12)
        {
            return [];
        }

        WorkBudget.Spend(1 + ((node.Text?.Length ?? 0) / 64));

        // 'description' is not evaluated, and a key that inserts a mapping is no expression.
        return node.Kind switch
        {
            NodeKind.Scalar => node.Type == ScalarType.String && node.Text!.Contains("${{", StringComparison.Ordinal) ? [node] : [],
            NodeKind.Sequence => node.Items.SelectMany(item => Scalars(item, depth + 1)),
            _ => node.Entries.Where(entry => entry.Key.Text != "description").SelectMany(entry =>
                (IsInsertion(entry.Key) ? [] : Scalars(entry.Key, depth + 1)).Concat(Scalars(entry.Value, depth + 1))),
        };
    }

    private static bool IsInsertion(DataNode key) =>
        key.Text is { } text && text.StartsWith("${{", StringComparison.Ordinal) && text.EndsWith("}}", StringComparison.Ordinal)
        && text.AsSpan(3, Math.Max(0, text.Length - 5)).Trim() is "insert";
}
