using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Which values of the <c>github</c> context are written by people who need no permission in the repository.</summary>
/// <remarks>GitHub, "Script injections", and the fields of the webhook payloads that are free text. Names of repositories and
/// logins are left out: their alphabet holds nothing a shell would act on.</remarks>
internal static class UntrustedContext
{
    private static readonly string[][] Paths =
    [
        .. new[]
        {
            "github.head_ref",
            "github.event.issue.title",
            "github.event.issue.body",
            "github.event.pull_request.title",
            "github.event.pull_request.body",
            "github.event.pull_request.head.ref",
            "github.event.pull_request.head.label",
            "github.event.pull_request.head.repo.default_branch",
            "github.event.pull_request.head.repo.description",
            "github.event.pull_request.head.repo.homepage",
            "github.event.comment.body",
            "github.event.review.body",
            "github.event.review_comment.body",
            "github.event.discussion.title",
            "github.event.discussion.body",
            "github.event.pages.*.page_name",
            "github.event.commits.*.message",
            "github.event.commits.*.author.email",
            "github.event.commits.*.author.name",
            "github.event.commits.*.committer.email",
            "github.event.commits.*.committer.name",
            "github.event.head_commit.message",
            "github.event.head_commit.author.email",
            "github.event.head_commit.author.name",
            "github.event.head_commit.committer.email",
            "github.event.head_commit.committer.name",
            "github.event.workflow_run.head_branch",
            "github.event.workflow_run.display_title",
            "github.event.workflow_run.head_commit.message",
            "github.event.workflow_run.head_commit.author.email",
            "github.event.workflow_run.head_commit.author.name",
            "github.event.workflow_run.head_repository.description",
            "github.event.workflow_run.pull_requests.*.head.ref",
        }.Select(path => path.Split('.')),
    ];

    /// <summary>Whether the value is such a text, or the JSON of an object that holds one.</summary>
    public static bool Contains(ContextPath path)
    {
        foreach (var untrusted in Paths)
        {
            if (path.Names.Count == untrusted.Length || (path.AsJson && path.Names.Count < untrusted.Length))
            {
                if (Matches(path.Names, untrusted))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Matches(IReadOnlyList<string> names, string[] untrusted)
    {
        for (var index = 0; index < names.Count; index++)
        {
            if (names[index] != "*" && untrusted[index] != "*" && !names[index].Equals(untrusted[index], StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        // A name that is only known during the run could be any: silence beats a guess.
        return names.Count == 0 || names[^1] != "*";
    }
}
