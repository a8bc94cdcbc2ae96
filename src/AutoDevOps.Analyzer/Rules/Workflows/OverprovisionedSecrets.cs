using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an expression for which a job gets all secrets.</summary>
internal sealed class OverprovisionedSecrets : WorkflowOrActionRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA054", "overprovisioned-secrets", Category.Security, Severity.Medium,
        What: "`toJSON(secrets)`, or a secret whose name is only known during the run.",
        Why: "The runner then holds every secret of the repository and organization, also those the job does not need.",
        Remedy: "Name each secret that is needed.")
    {
        Confidence = 0.97,
        Equivalents = ["zizmor/overprovisioned-secrets", "poutine/job_all_secrets"],
        References = ["CWE-522", "OWASP CICD-SEC-6", "https://docs.github.com/actions/reference/security/secure-use#use-secrets-for-sensitive-information"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var (expression, part) in WorkflowExpressions.Parts(workflow, workflow.Root))
        {
            if (part is Expression.Call { Arguments: [Expression.Context { Name: "secrets" }] } call && call.Name.Equals("toJSON", StringComparison.OrdinalIgnoreCase))
            {
                yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), "The expression hands on every secret there is.");
            }
            else if (part is Expression.Member { Target: Expression.Context { Name: "secrets" }, Name: "*", Index: not null and not Expression.Literal })
            {
                yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), "Which secret is meant is known to the run only, so the job gets them all.") with { Severity = Severity.Low };
            }
        }
    }
}
