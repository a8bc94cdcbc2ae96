using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>What the conditions of a job and step say about who can make them run.</summary>
internal static class RunGuards
{
    private static readonly string[] AboutPeople =
    [
        "head.repo.full_name", "head.repo.fork", "head.repo.owner", "head_repository.full_name", "head_repository.fork", "head_repository.owner",
        "author_association", "github.actor", "github.triggering_actor", "sender.login", "user.login", "head.user.login", "labels", "label.name",
    ];

    /// <summary>Whether a condition asks who caused the event, or for a mark that only members can set.</summary>
    public static bool AskWho(WorkflowStep step) => Conditions(step).Any(condition => AboutPeople.Any(name => condition.Contains(name, StringComparison.Ordinal)));

    /// <summary>Whether a condition lets only other events than these through.</summary>
    public static bool ExcludeEvents(WorkflowStep step, params ReadOnlySpan<string> events)
    {
        foreach (var condition in Conditions(step))
        {
            if (!condition.Contains("github.event_name", StringComparison.Ordinal))
            {
                continue;
            }

            var named = false;
            foreach (var name in events)
            {
                named |= condition.Contains($"== '{name}'", StringComparison.Ordinal);
            }

            if (!named)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> Conditions(WorkflowStep step) => new[] { step.If, step.Job?.If }.OfType<string>();
}
