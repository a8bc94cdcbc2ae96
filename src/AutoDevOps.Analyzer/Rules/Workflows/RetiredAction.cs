using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a version of GitHub's own actions whose service is switched off.</summary>
internal sealed class RetiredAction : WorkflowOrActionRule
{
    /// <param name="Last">The newest major version that does not work any more.</param>
    private sealed record Retired(string Action, int Last, string Since);

    private static readonly Retired[] All =
    [
        new("actions/upload-artifact", 3, "2025-01-30"),
        new("actions/download-artifact", 3, "2025-01-30"),
        new("actions/upload-pages-artifact", 2, "2025-01-30"),
        new("actions/deploy-pages", 3, "2025-01-30"),
        new("actions/cache", 2, "2025-03-01"),
        new("github/codeql-action", 1, "2023-01-18"),
    ];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA081", "retired-action", Category.CiCd, Severity.High,
        What: "A version of an action of GitHub's whose service has been switched off.",
        Why: "The step fails whenever it runs.",
        Remedy: "Take the newest version, and read what it does differently.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/action"],
        References =
        [
            "https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/",
            "https://github.blog/changelog/2024-12-05-notice-of-upcoming-releases-and-breaking-changes-for-github-actions/",
        ],
    };

    /// <summary>When the version that a step uses stopped to work; null when it works.</summary>
    public static string? Since(WorkflowStep step) =>
        step.Action is { Kind: ActionKind.Remote } action && UsedVersion.Major(step) is { } major && Array.Find(All, retired => action.Is(retired.Action) && major <= retired.Last) is { } found
            ? found.Since
            : null;

    protected override IEnumerable<Finding> Check(Workflow workflow) =>
        workflow.Steps.Where(step => Since(step) is not null)
            .Select(step => At(workflow, step.Uses!, $"'{step.Action!.Name}' v{UsedVersion.Major(step)} has failed since {Since(step)}."));
}
