using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a job that works on a repository which nobody has fetched.</summary>
internal sealed class MissingCheckout : WorkflowRule
{
    /// <summary>Owners of actions that are known to leave the folder empty.</summary>
    private static readonly string[] Harmless = ["actions/setup-", "actions/cache", "docker/setup-", "docker/login-action", "pnpm/action-setup", "astral-sh/setup-uv", "ruby/setup-ruby", "step-security/harden-runner", "aws-actions/configure-aws-credentials", "google-github-actions/auth", "azure/login"];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA088", "missing-checkout", Category.CiCd, Severity.High,
        What: "A job that uses an action of the repository, or installs or builds it, without a checkout before.",
        Why: "A job begins in an empty folder, so the step fails.",
        Remedy: "Put `actions/checkout` before it.")
    {
        Confidence = 0.93,
        References = ["https://github.com/actions/checkout#usage"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var job in workflow.Jobs.Where(job => job.Node["container"] is null && job.RunnerLabels().Count > 0 && job.RunnerLabels().All(IsHosted)))
        {
            foreach (var step in job.Steps)
            {
                if (step.Action is { Kind: ActionKind.Local } action)
                {
                    if (!action.Path.StartsWith("$/", StringComparison.Ordinal))
                    {
                        yield return At(workflow, step.Uses!, $"Job '{job.Id}' uses '{action.Path}' of the repository, which it has not checked out.");
                    }

                    break;
                }

                var commands = step.Run is null ? [] : StepScript.Commands(step);
                if (commands.Count > 0 && commands[0] is var first && NeedsFiles(first) && step.Node["working-directory"] is null)
                {
                    yield return Descriptor.At(workflow.File.Path, first.Line, $"Job '{job.Id}' runs '{string.Join(' ', first.Words.Take(2))}' on a repository that it has not checked out.");
                    break;
                }

                // Another script may fetch what it likes, and so may an action that is not known.
                if (step.Run is not null || step.Action is not { Kind: ActionKind.Remote } other || !Harmless.Any(known => other.Name.StartsWith(known, StringComparison.Ordinal)))
                {
                    break;
                }
            }
        }
    }

    // On a machine of one's own there may be anything.
    private static bool IsHosted(DataNode label) => label.Text!.StartsWith("ubuntu-", StringComparison.Ordinal) || label.Text.StartsWith("macos-", StringComparison.Ordinal) || label.Text.StartsWith("windows-", StringComparison.Ordinal);

    private static bool NeedsFiles(RunCommand command)
    {
        var words = command.Arguments.Select(word => word.Text).ToList();
        return (command.Program, words) switch
        {
            ("npm", ["ci" or "test", ..]) => true,
            ("pip" or "pip3", ["install", "-r" or "-e" or ".", ..]) => true,
            ("cargo", ["build" or "test" or "clippy" or "fmt", ..]) => true,
            ("go", ["build" or "test" or "vet", var target, ..]) => target.StartsWith("./", StringComparison.Ordinal),
            ("dotnet", ["restore" or "build" or "test"]) => true,
            ("make", []) => true,
            ("mvnw" or "gradlew", _) => true,
            _ => false,
        };
    }
}
