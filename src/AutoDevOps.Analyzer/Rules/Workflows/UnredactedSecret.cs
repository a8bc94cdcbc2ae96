using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a part of a secret, which GitHub does not know to be one.</summary>
internal sealed class UnredactedSecret : WorkflowOrActionRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA057", "unredacted-secret", Category.Security, Severity.Medium,
        What: "A secret that is read as JSON, of which a part is used.",
        Why: "GitHub hides whole secrets in logs; a part of one is printed as it is.",
        Remedy: "Make each part a secret of its own.")
    {
        Confidence = 0.97,
        Equivalents = ["zizmor/unredacted-secrets"],
        References = ["CWE-532", "https://docs.github.com/actions/reference/security/secure-use#use-secrets-for-sensitive-information"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow) =>
        WorkflowExpressions.Parts(workflow, workflow.Root)
            .Where(pair => pair.Part is Expression.Member { Target: Expression.Call { Arguments: [var argument] } call }
                && call.Name.Equals("fromJSON", StringComparison.OrdinalIgnoreCase)
                && argument is Expression.Member { Target: Expression.Context { Name: "secrets" } })
            .Select(pair => Descriptor.At(ExpressionLocation.Of(workflow, pair.Expression), "A part of a secret is no secret to GitHub, and is printed in logs."));
}
