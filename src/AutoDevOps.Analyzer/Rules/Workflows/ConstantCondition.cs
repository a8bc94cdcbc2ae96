using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an <c>if</c> that comes out the same whatever happens, though it asks for something.</summary>
internal sealed class ConstantCondition : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA015", "constant-condition", Category.CiCd, Severity.Medium,
        What: "An `if` that is always true or never, though it asks for something: most often because text stands beside its `${{ }}`.",
        Why: "What stands beside the braces makes a text of the whole, and a text that is not empty is true.",
        Remedy: "Leave the braces away, or put the whole condition inside them.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/if-cond", "zizmor/unsound-condition"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/expressions"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowOrActionPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        var conditions = workflow.Jobs.Select(job => job.Node["if"]).Concat(workflow.Steps.Select(step => step.Node["if"]));
        foreach (var condition in conditions.OfType<DataNode>().Where(condition => condition is { Type: ScalarType.String }))
        {
            if (Problem(workflow, condition) is { } problem)
            {
                yield return Descriptor.At(NodeLocation.Of(file, condition), problem);
            }
        }
    }

    private static string? Problem(Workflow workflow, DataNode condition)
    {
        var expressions = workflow.Condition(condition).ToList();
        if (expressions.Count == 0 || expressions.Any(expression => expression.Tree is null))
        {
            return null;
        }

        // GitHub trims a condition without braces only: with braces, a line break at the end is text beside them.
        var text = condition.Text!;
        if (text.Contains("${{", StringComparison.Ordinal) && (expressions.Count > 1 || !IsWhole(text)))
        {
            return "The condition is always true: text stands beside its '${{ }}', and a text that is not empty is true.";
        }

        // Who writes a lone value means it.
        var tree = expressions[0].Tree!;
        return tree is Expression.Literal || ExpressionEvaluator.ConstantTruth(tree) is not { } truth ? null
            : $"The condition is {(truth ? "always true" : "never true")}, whatever the run is about.";
    }

    /// <summary>Whether the one expression in it is all of the text.</summary>
    private static bool IsWhole(string text) => text.StartsWith("${{", StringComparison.Ordinal) && text.EndsWith("}}", StringComparison.Ordinal);
}
