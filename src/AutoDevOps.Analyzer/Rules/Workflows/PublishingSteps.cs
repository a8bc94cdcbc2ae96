using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Steps that give something to the public: a package, an image, a release.</summary>
internal static class PublishingSteps
{
    private static readonly string[] Actions =
    [
        "pypa/gh-action-pypi-publish", "rubygems/release-gem", "js-devtools/npm-publish", "goreleaser/goreleaser-action", "softprops/action-gh-release",
        "ncipollo/release-action", "actions/upload-release-asset", "actions/create-release", "katyo/publish-crates", "svenstaro/upload-release-action",
    ];

    /// <summary>Whether the workflow starts only when something is released: by a release, or a tag and nothing else that is pushed.</summary>
    public static bool IsReleaseWorkflow(Workflow workflow) =>
        workflow.HasTrigger("release") || workflow.Triggers.Any(trigger => trigger is { Name: "push", Filter: { } filter } && filter["tags"] is not null && filter["branches"] is null);

    public static bool Is(WorkflowStep step) =>
        step.Action is { Kind: ActionKind.Remote } action
            ? Actions.Contains(action.Name) || (action.Is("docker/build-push-action") && step.With("push")?.IsTrue == true)
            : StepScript.Commands(step).Any(IsPublishing);

    private static bool IsPublishing(RunCommand command)
    {
        if (command.HasLong("--dry-run"))
        {
            return false;
        }

        var words = command.Arguments.Select(word => word.Text).Where(word => !word.StartsWith('-')).Take(2).ToList();
        return (command.Program, words) switch
        {
            ("npm" or "pnpm" or "cargo" or "uv" or "poetry" or "flit" or "hatch", ["publish", ..]) => true,
            ("yarn", ["publish", ..] or ["npm", "publish"]) => true,
            ("twine", ["upload", ..]) or ("gem", ["push", ..]) or ("docker", ["push", ..]) => true,
            ("dotnet", ["nuget", "push"]) or ("gh", ["release", "create" or "upload"]) or ("goreleaser", ["release", ..]) => true,
            _ => false,
        };
    }
}
