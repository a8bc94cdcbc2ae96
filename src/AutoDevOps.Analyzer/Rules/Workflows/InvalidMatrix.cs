using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a matrix that excludes what it does not have, or has something twice.</summary>
internal sealed class InvalidMatrix : WorkflowRule
{
    /// <summary>GitHub makes at most 256 jobs of a matrix.</summary>
    private const int MaxValues = 256;

    private const int MaxDepth = 8;

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA075", "invalid-matrix", Category.CiCd, Severity.Medium,
        What: "A matrix with the same value twice, or with an `exclude` for an axis or value that it does not have.",
        Why: "What fits nothing excludes nothing, so jobs run that were not wanted; a value that is there twice runs the same job twice.",
        Remedy: "Correct the name or value, and keep each value once.")
    {
        Equivalents = ["actionlint/matrix"],
        References = ["https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow) =>
        workflow.Jobs.Select(job => job.Node.At("strategy", "matrix")).Where(matrix => matrix is { Kind: NodeKind.Mapping }).SelectMany(matrix => Problems(workflow, matrix!));

    private IEnumerable<Finding> Problems(Workflow workflow, DataNode matrix)
    {
        var axes = Workflow.Pairs(matrix).Where(pair => pair.Key.Text is not ("include" or "exclude")).ToList();
        if (axes.Any(axis => IsExpression(axis.Key)))
        {
            yield break;
        }

        foreach (var (key, row) in axes)
        {
            var seen = new HashSet<(string, ScalarType)>();
            foreach (var value in row.Items.Take(MaxValues).Where(value => value.Text is not null && !IsExpression(value) && !seen.Add((value.Text!, value.Type))))
            {
                yield return At(workflow, value, $"'{value.Text}' stands in '{key.Text}' a second time.");
            }
        }

        foreach (var (key, value) in (matrix["exclude"]?.Items ?? []).Take(MaxValues).SelectMany(Workflow.Pairs).Where(pair => !IsExpression(pair.Key)))
        {
            if (axes.FirstOrDefault(axis => string.Equals(axis.Key.Text, key.Text, StringComparison.OrdinalIgnoreCase)) is not { Key: not null, Value: var row })
            {
                yield return At(workflow, key, $"The matrix has no '{key.Text}' to exclude something of.");
            }
            else if (row.Kind == NodeKind.Sequence && row.Items.Count <= MaxValues && !row.Items.Any(item => MayFit(item, value, 0)))
            {
                yield return At(workflow, value, $"'{key.Text}' has no {(value.Text is null ? "such value" : $"'{value.Text}'")} to exclude.") with { Severity = Severity.Low };
            }
        }
    }

    /// <summary>Whether a value of an axis may be what is excluded: of a mapping, a part is enough.</summary>
    private static bool MayFit(DataNode item, DataNode excluded, int depth)
    {
        WorkBudget.Spend(1);
        return depth > MaxDepth || IsExpression(item) || IsExpression(excluded) || (item.Kind == excluded.Kind && item.Kind switch
        {
            NodeKind.Sequence => item.Items.Count == excluded.Items.Count && item.Items.Zip(excluded.Items).All(pair => MayFit(pair.First, pair.Second, depth + 1)),
            NodeKind.Mapping => excluded.Entries.All(entry => entry.Key.Text is not { } name || IsExpression(entry.Key) || (item[name] is { } value && MayFit(value, entry.Value, depth + 1))),
            _ => IsSame(item, excluded),
        });
    }

    private static bool IsSame(DataNode left, DataNode right) =>
        string.Equals(left.Text, right.Text, StringComparison.OrdinalIgnoreCase)
        || (left.Type == ScalarType.Number && right.Type == ScalarType.Number && ExpressionNumber.Parse(left.Text!).Equals(ExpressionNumber.Parse(right.Text!)));

    private static bool IsExpression(DataNode node) => node.Text?.Contains("${{", StringComparison.Ordinal) == true;
}
