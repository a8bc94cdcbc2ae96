using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a checkout that leaves the job's token behind for every later step.</summary>
internal sealed partial class PersistedCredentials : IFileRule
{
    /// <summary>Owners whose actions set up, cache, upload and check, and do not push.</summary>
    private static readonly string[] Known =
    [
        "actions", "astral-sh", "aws-actions", "azure", "codecov", "docker", "dtolnay", "github", "golangci", "google-github-actions", "gradle",
        "hashicorp", "microsoft", "oven-sh", "pnpm", "ruby", "swatinem",
    ];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA024", "persisted-credentials", Category.Security, Severity.Low,
        What: "`actions/checkout` without `persist-credentials: false` in a job that does not talk to the remote again.",
        Why: "Every later step, and every build script it runs, can read the job's token from the git configuration.",
        Remedy: "Set `persist-credentials: false`.")
    {
        Equivalents = ["zizmor/artipacked"],
        References = ["CWE-522", "CWE-200", "https://github.com/actions/checkout#usage"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var job in Workflow.Read(file)?.Jobs ?? [])
        {
            var canPush = CanPush(job);
            var lastUse = Enumerable.Range(0, job.Steps.Count).LastOrDefault(index => MayUseTheRemote(job.Steps[index], canPush), -1);
            foreach (var (index, step) in job.Steps.Index())
            {
                if (step.Action?.Is("actions/checkout") == true
                    && step.With("persist-credentials") is null

                    // Another token is given for a purpose: to push in a way that starts other workflows.
                    && step.With("token") is null && step.With("ssh-key") is null
                    && lastUse <= index)
                {
                    yield return Descriptor.At(file.Path, step.Uses!.Line, $"The checkout in job '{job.Id}' leaves the token in the git configuration.") with
                    {
                        Fix = Repair(step),
                    };
                }
            }
        }
    }

    /// <summary>Whether a step needs the credentials, as far as one can see; what other people's actions do with git, one cannot.</summary>
    private static bool MayUseTheRemote(WorkflowStep step, bool canPush)
    {
        if (step.Run is { } run)
        {
            return GitRemote().IsMatch(run.Text!);
        }

        var action = step.Action;
        return action is not null
            && (action.Kind == ActionKind.Local
                || PushingAction().IsMatch(action.Name + "/" + action.Path)
                || (canPush && !Known.Contains(action.Owner) && !action.Repository.StartsWith("setup-", StringComparison.Ordinal)));
    }

    /// <summary>Whether the job's token may write to the repository: stated, or left to a setting.</summary>
    private static bool CanPush(WorkflowJob job) =>
        (job.Node["permissions"] ?? job.Workflow.Root["permissions"]) is not { } permissions
        || permissions.Text == "write-all" || permissions["contents"]?.Text == "write";

    private static Fix? Repair(WorkflowStep step)
    {
        var lines = step.Workflow.Lines;
        var uses = step.Node.Key("uses")!;
        const string Setting = "persist-credentials: false";
        var with = step.Node["with"];
        if (with is null && step.Uses!.Line == uses.Line)
        {
            var indent = new string(' ', uses.Start.Column - 1);
            return At(uses.Line + 1, $"{indent}with:\n{indent}  {Setting}");
        }

        // A block mapping whose first key has a line of its own; flow style is left to people.
        if (with is { Kind: NodeKind.Mapping, Entries: [var first, ..] } && lines[first.Key.Line - 1].AsSpan(0, first.Key.Start.Column - 1).IsWhiteSpace())
        {
            return At(first.Key.Line, new string(' ', first.Key.Start.Column - 1) + Setting);
        }

        return null;

        Fix At(int line, string text) => new($"Set {Setting}", step.Workflow.File.Path, [new Edit(line, line - 1, text)]);
    }

    [GeneratedRegex(@"\bgit\b.*\b(push|fetch|pull|clone|submodule|remote|ls-remote|lfs)\b|\b(lerna|changeset|semantic-release|release-it|gh-pages|mike|mkdocs|npm version|cargo release|goreleaser|jgitver|release|publish|deploy)\b|\.sh\b|\bmake\b|\bgh\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex GitRemote();

    [GeneratedRegex(@"pull-request|auto-commit|push|release|pages|deploy|publish|changeset|commit|tag|git|version|bump|changelog|docs", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PushingAction();
}
