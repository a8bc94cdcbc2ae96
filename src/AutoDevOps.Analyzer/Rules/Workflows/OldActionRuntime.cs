using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an action that was made for a Node which the runner has no more.</summary>
internal sealed class OldActionRuntime : WorkflowOrActionRule
{
    /// <summary>The newest major version of each that was made for Node 12 or 16.</summary>
    private static readonly Dictionary<string, int> Last = new(StringComparer.Ordinal)
    {
        ["actions/checkout"] = 3,
        ["actions/setup-node"] = 3,
        ["actions/setup-python"] = 4,
        ["actions/setup-go"] = 4,
        ["actions/setup-java"] = 3,
        ["actions/setup-dotnet"] = 3,
        ["actions/cache"] = 3,
        ["actions/github-script"] = 6,
        ["actions/labeler"] = 4,
        ["actions/stale"] = 8,
        ["actions/configure-pages"] = 3,
        ["actions/dependency-review-action"] = 3,
        ["github/codeql-action"] = 2,
        ["docker/login-action"] = 2,
        ["docker/setup-buildx-action"] = 2,
        ["docker/setup-qemu-action"] = 2,
        ["docker/build-push-action"] = 4,
        ["docker/metadata-action"] = 4,
        ["docker/bake-action"] = 3,
        ["softprops/action-gh-release"] = 1,
        ["peter-evans/create-pull-request"] = 5,
        ["peaceiris/actions-gh-pages"] = 3,
        ["aws-actions/configure-aws-credentials"] = 3,
        ["google-github-actions/auth"] = 1,
        ["dorny/paths-filter"] = 2,
        ["hashicorp/setup-terraform"] = 2,
        ["golangci/golangci-lint-action"] = 3,
        ["goreleaser/goreleaser-action"] = 4,
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA082", "old-action-runtime", Category.CiCd, Severity.Low,
        What: "A version of an action that was made for Node 12 or 16, or an action of one's own that asks for a Node before 20.",
        Why: "The runner has neither: it runs the action with a newer Node than it was ever tried with, and its mistakes are not mended any more.",
        Remedy: "Take a newer major version; in an action of your own write `using: node24`.")
    {
        Equivalents = ["actionlint/action"],
        References = ["https://github.blog/changelog/2024-09-25-end-of-life-for-actions-node16/"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var step in workflow.Steps)
        {
            if (step.Action is { Kind: ActionKind.Remote } action && Last.TryGetValue(action.Name, out var last) && UsedVersion.Major(step) is { } major && major <= last && !IsPlugin(action, major) && RetiredAction.Since(step) is null)
            {
                yield return At(workflow, step.Uses!, $"'{action.Name}' v{major} was made for a Node that the runner has no more.");
            }
        }

        if (workflow.IsAction && workflow.Root.At("runs", "using") is { Text: "node10" or "node12" or "node14" or "node16" or "node18" } runtime)
        {
            yield return At(workflow, runtime, $"The runner has no '{runtime.Text}' any more.");
        }
    }

    /// <summary>The first checkout is a part of the runner.</summary>
    private static bool IsPlugin(ActionReference action, int major) => major == 1 && action.Is("actions/checkout");
}
