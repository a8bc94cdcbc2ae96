using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a list of names that is a text, in which parts of the names are found, too.</summary>
internal sealed class UnsoundContains : WorkflowOrActionRule
{
    private static readonly string[] Chosen = ["ref", "ref_name", "head_ref", "base_ref", "actor", "triggering_actor", "event_name"];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA058", "unsound-contains", Category.Security, Severity.Medium,
        What: "`contains` with a text where a list is meant, asked for a branch or person.",
        Why: "A text contains every part of itself: with 'main develop', a branch named 'mai' or 'e' passes as well.",
        Remedy: "Write `contains(fromJSON('[\"main\", \"develop\"]'), github.ref_name)`, or compare with `==`.")
    {
        Confidence = 0.95,
        Equivalents = ["zizmor/unsound-contains"],
        References = ["CWE-697", "https://docs.github.com/actions/reference/workflows-and-actions/expressions#contains"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var (expression, part) in WorkflowExpressions.Parts(workflow, workflow.Root))
        {
            if (part is Expression.Call { Arguments: [Expression.Literal { Value.Kind: "String" } text, Expression.Member { Target: Expression.Context { Name: "github" }, Name: var name }] } call
                && call.Name.Equals("contains", StringComparison.OrdinalIgnoreCase) && Chosen.Contains(name))
            {
                yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), $"'github.{name}' passes when it is any part of '{text.Text}'.") with
                {
                    Severity = name is "event_name" ? Severity.Low : Severity.Medium,
                    Fix = Repair(workflow, expression, text.Text),
                };
            }
        }
    }

    /// <summary>The list that is meant, where the text is nothing but names with blanks or commas between.</summary>
    private static Fix? Repair(Workflow workflow, EmbeddedExpression expression, string text)
    {
        var names = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line = workflow.Lines[expression.Start.Line - 1];
        var at = expression.Length == 0 || line.Length > UsedVersion.MaxLine ? -1 : line.IndexOf($"'{text}'", expression.Start.Column - 1, StringComparison.Ordinal);
        return names.Length == 0 || at < 0 || line.AsSpan(0, at).IndexOfAny('"', '\'') >= 0 || text.AsSpan().IndexOfAny("\"'\\") >= 0 ? null
            : new("Ask a list", workflow.File.Path, [new Edit(expression.Start.Line, expression.Start.Line,
                $"{line[..at]}fromJSON('[{string.Join(", ", names.Select(name => $"\"{name}\""))}]'){line[(at + text.Length + 2)..]}")]);
    }
}
