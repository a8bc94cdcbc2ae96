using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a <c>${{ }}</c> that does not parse, or names a context or function that does not exist.</summary>
internal sealed class InvalidExpression : IFileRule
{
    private static readonly string[] Contexts =
        ["github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs"];

    private static readonly string[] Functions =
    [
        "contains", "startsWith", "endsWith", "format", "join", "toJSON", "fromJSON", "hashFiles", "success", "always", "cancelled", "failure", "case",
    ];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA006", "invalid-expression", Category.CiCd, Severity.High,
        What: "A `${{ }}` expression that does not parse, or uses a context or function that does not exist.",
        Why: "GitHub refuses the workflow, so none of its jobs runs.",
        Remedy: "Correct the expression; texts stand in single quotes, and names are those of GitHub's contexts and functions.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/expression"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/expressions"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowOrActionPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        Workflow.Read(file) is { } workflow ? Scalars(workflow.Root, 0).SelectMany(scalar => Problems(workflow, scalar)) : [];

    private IEnumerable<Finding> Problems(Workflow workflow, DataNode scalar)
    {
        foreach (var expression in workflow.Expressions(scalar))
        {
            if (expression.Error is { } error)
            {
                yield return At(workflow, expression, $"The expression does not parse: {error}.");
                continue;
            }

            foreach (var part in expression.Tree!.All())
            {
                if (part is Expression.Context context && !Contexts.Contains(context.Name, StringComparer.OrdinalIgnoreCase))
                {
                    yield return At(workflow, expression, $"'{context.Name}' is no context.{Hint(context.Name, Contexts)}");
                }
                else if (part is Expression.Call call && !Functions.Contains(call.Name, StringComparer.OrdinalIgnoreCase))
                {
                    yield return At(workflow, expression, $"'{call.Name}' is no function of expressions.{Hint(call.Name, Functions)}");
                }
            }
        }
    }

    private Finding At(Workflow workflow, EmbeddedExpression expression, string message) =>
        Descriptor.At(ExpressionLocation.Of(workflow, expression), message);

    private static string Hint(string written, string[] known) =>
        NearestName.Of(written, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    private static IEnumerable<DataNode> Scalars(DataNode node, int depth)
    {
        if (depth > 12)
        {
            return [];
        }

        // Only values are evaluated, and 'description' is not.
        return node.Kind switch
        {
            NodeKind.Scalar => node.Type == ScalarType.String && node.Text!.Contains("${{", StringComparison.Ordinal) ? [node] : [],
            NodeKind.Sequence => node.Items.SelectMany(item => Scalars(item, depth + 1)),
            _ => node.Entries.Where(entry => entry.Key.Text != "description").SelectMany(entry => Scalars(entry.Value, depth + 1)),
        };
    }
}
