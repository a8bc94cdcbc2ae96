using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags what is written so that people and programs read something else than GitHub does.</summary>
internal sealed class ObfuscatedReference : WorkflowOrActionRule
{
    private static readonly string[] Builders = ["format", "join", "fromjson", "tojson"];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA061", "obfuscated-reference", Category.Security, Severity.Low,
        What: "An action whose path has empty or dotted parts, or an expression that calls functions to say what is known beforehand.",
        Why: "Who looks for the action or the command by its name does not find it; hardly anybody writes so who has nothing to hide.",
        Remedy: "Write the plain path, or the value itself.")
    {
        Confidence = 0.9,
        Equivalents = ["zizmor/obfuscation"],
        References = ["CWE-506", "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var step in workflow.Steps)
        {
            if (step.Action is { Kind: ActionKind.Remote, Path: { Length: > 0 } path } && path.Split('/').Any(part => part is "" or "." or ".."))
            {
                yield return At(workflow, step.Uses!, $"'{step.Uses!.Text}' hides its path in empty or dotted parts.");
            }
        }

        foreach (var expression in WorkflowExpressions.Of(workflow))
        {
            if (expression.Tree is Expression.Call call && Builders.Contains(call.Name.ToLowerInvariant()) && !call.All().Any(part => part is Expression.Context or Expression.Member) && Value(call) is { Kind: "String" } value)
            {
                yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), $"The expression is always '{value.AsText()}'.");
            }
        }
    }

    private static ExpressionValue? Value(Expression tree)
    {
        try
        {
            return new ExpressionEvaluator(_ => null).Evaluate(tree);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }
}
