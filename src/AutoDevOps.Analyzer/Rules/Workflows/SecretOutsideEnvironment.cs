using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a job that uses secrets and is bound to no environment.</summary>
internal sealed class SecretOutsideEnvironment : WorkflowRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA065", "secret-outside-environment", Category.Security, Severity.Low,
        What: "A job that uses secrets without an `environment`.",
        Why: "Secrets of a repository are there for every branch and every person who may push; those of an environment wait for its rules.",
        Remedy: "Move the secrets to an environment with protection rules, and name it in the job.")
    {
        Confidence = 0.8,
        Strict = true,
        Equivalents = ["zizmor/secrets-outside-env"],
        References = ["CWE-522", "https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var job in workflow.Jobs.Where(job => job.Uses is null && job.Node["environment"] is null))
        {
            foreach (var (expression, part) in WorkflowExpressions.Parts(workflow, job.Node))
            {
                if (part is Expression.Member { Target: Expression.Context { Name: "secrets" }, Name: var name } && !name.Equals("GITHUB_TOKEN", StringComparison.OrdinalIgnoreCase))
                {
                    yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), $"Job '{job.Id}' uses 'secrets.{name}' and belongs to no environment.");
                    break;
                }
            }
        }
    }
}
