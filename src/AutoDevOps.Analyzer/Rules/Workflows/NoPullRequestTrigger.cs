using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags tests that run only after a change has been merged.</summary>
internal sealed partial class NoPullRequestTrigger : IRepositoryRule
{
    private static readonly string[] BeforeMerge = ["pull_request", "pull_request_target", "merge_group", "workflow_call", "issue_comment", "workflow_run", "repository_dispatch", "check_suite", "pull_request_review"];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA045", "no-pull-request-trigger", Category.CiCd, Severity.Medium,
        What: "Tests that run after a push to a main branch, and by no workflow for pull requests.",
        Why: "A pull request shows no result, and what it breaks is found after it was merged.",
        Remedy: "Add `pull_request` to the events of the workflow that runs the tests.")
    {
        Confidence = 0.9,
        Equivalents = ["scorecard/CI-Tests"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.In(".github/workflows").Any(Workflow.IsWorkflowPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        if (CiFiles.In(snapshot).Any(file => !Workflow.IsWorkflowPath(file)))
        {
            yield break;
        }

        // One after the other, and again: all of them at once may be more than fits.
        var workflows = snapshot.In(".github/workflows").Where(Workflow.IsWorkflowPath).Select(Workflow.Read).OfType<Workflow>();
        if (workflows.Any(workflow => workflow.HasTrigger(BeforeMerge) || workflow.Triggers.Any(IsAnyPush)))
        {
            yield break;
        }

        foreach (var workflow in workflows.Where(workflow => workflow.HasTrigger("push")))
        {
            if (workflow.Steps.Any(step => step.Run is { } run && RunsTests().IsMatch(run.Text!)))
            {
                var push = workflow.Triggers.First(trigger => trigger.Name == "push");
                yield return Descriptor.At(workflow.File.Path, push.Node.Line, "The tests run after a push to these branches, but not for a pull request.");
                yield break;
            }
        }
    }

    /// <summary>A push to any branch, so also to the branch of a pull request from the same repository.</summary>
    private static bool IsAnyPush(WorkflowTrigger trigger) =>
        trigger.Name == "push"
        && (trigger.Filter?["branches"] is not { } branches
            ? trigger.Filter?["tags"] is null
            : branches.ScalarOrItems().Any(branch => branch.Text!.Contains('*', StringComparison.Ordinal)));

    [GeneratedRegex(@"\b(npm|yarn|pnpm|bun|deno|go|cargo|dotnet|mix|swift|zig|flutter|dart)\s+(run\s+)?test\b|\b(pytest|tox|nox|rspec|phpunit|ctest|vitest|jest)\b|\b(mvnw?|gradlew?)\b.*\b(test|verify|check)\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RunsTests();
}
