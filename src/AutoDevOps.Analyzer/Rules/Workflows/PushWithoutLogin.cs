using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an image that is pushed to a registry which nobody has signed in to.</summary>
internal sealed class PushWithoutLogin : WorkflowRule
{
    private static readonly string[] SignsIn = ["login", "auth", "credential", "ecr", "gcr", "acr", "registry", "docker-build", "push"];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA091", "push-without-login", Category.CiCd, Severity.High,
        What: "`docker/build-push-action` with `push: true` in a job that signs in to no registry.",
        Why: "The registry refuses the push after the whole image was built.",
        Remedy: "Put `docker/login-action` before it.")
    {
        Confidence = 0.92,
        References = ["https://github.com/docker/login-action#usage"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var job in workflow.Jobs.Where(job => job.Node["container"] is null && job.Node["services"] is null))
        {
            foreach (var step in job.Steps.TakeWhile(step => !MaySignIn(step)))
            {
                if (step.Action?.Is("docker/build-push-action") == true && step.With("push")?.IsTrue == true
                    && step.With("tags")?.Text is { } tags && !tags.Contains("localhost", StringComparison.Ordinal) && !tags.Contains("ttl.sh", StringComparison.Ordinal)
                    && job.RunnerLabels().Count > 0 && job.RunnerLabels().All(label => label.Text!.StartsWith("ubuntu-", StringComparison.Ordinal)))
                {
                    yield return At(workflow, step.Uses!, $"Job '{job.Id}' pushes an image and has signed in to no registry.");
                    break;
                }
            }
        }
    }

    private static bool MaySignIn(WorkflowStep step) =>
        step.Action is { Kind: ActionKind.Local }
        || (step.Action is { Kind: ActionKind.Remote } action && !action.Is("docker/build-push-action") && SignsIn.Any(word => action.Name.Contains(word, StringComparison.Ordinal)))
        || (step.Run?.Text is { } run && (run.Contains("login", StringComparison.Ordinal) || run.Contains("docker", StringComparison.Ordinal) || run.Contains(".sh", StringComparison.Ordinal) || run.Contains("make", StringComparison.Ordinal)));
}
