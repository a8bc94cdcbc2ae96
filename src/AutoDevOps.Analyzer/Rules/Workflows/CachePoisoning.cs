using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a release that is built from what a cache held.</summary>
internal sealed class CachePoisoning : WorkflowRule
{
    private static readonly string[] Caches = ["actions/cache", "swatinem/rust-cache", "mozilla-actions/sccache-action", "actions-rust-lang/setup-rust-toolchain", "gradle/gradle-build-action"];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA050", "cache-poisoning", Category.Security, Severity.Medium,
        What: "A job that publishes on a release or tag, and restores a cache before.",
        Why: "Whoever can run code on the default branch once can write that cache, and so into every release that is built from it.",
        Remedy: "Build what is released without caches: leave the cache step out, or switch the cache of the setup action off.")
    {
        Confidence = 0.85,
        Equivalents = ["zizmor/cache-poisoning"],
        References = ["CWE-349", "OWASP CICD-SEC-4", "https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching#restrictions-for-accessing-a-cache"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        if (!PublishingSteps.IsReleaseWorkflow(workflow) || workflow.HasTrigger("pull_request"))
        {
            yield break;
        }

        foreach (var job in workflow.Jobs)
        {
            var last = job.Steps.Index().LastOrDefault(step => PublishingSteps.Is(step.Item), (-1, null!)).Index;
            foreach (var step in job.Steps.Take(last + 1).Where(Restores))
            {
                yield return At(workflow, step.Uses!, $"Job '{job.Id}' publishes what it builds with the cache of '{step.Action!.Name}'.");
            }
        }
    }

    private static bool Restores(WorkflowStep step) => step.Action is { Kind: ActionKind.Remote } action && action.Name switch
    {
        "actions/cache" => step.With("lookup-only")?.IsTrue != true && action.Path != "save",
        "actions/setup-go" => step.With("cache") is { } cache ? cache.IsTrue : UsedVersion.Major(step) >= 4,
        "actions/setup-node" or "actions/setup-python" or "actions/setup-java" or "actions/setup-dotnet" => step.With("cache")?.Text is { Length: > 0 } cache && cache != "false" && !cache.Contains("${{", StringComparison.Ordinal),
        "astral-sh/setup-uv" => step.With("enable-cache")?.IsTrue == true,
        "ruby/setup-ruby" => step.With("bundler-cache")?.IsTrue == true,
        _ => Caches.Contains(action.Name),
    };
}
