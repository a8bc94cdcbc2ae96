using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an action or reusable workflow that is named by a tag or branch instead of a commit.</summary>
internal sealed class UnpinnedAction : IFileRule
{
    /// <summary>Owned by GitHub, which also runs the machine the action runs on.</summary>
    private static readonly string[] GitHub = ["actions", "github"];

    /// <summary>Vendors whose own platform the action talks to, or who maintain the language it sets up.</summary>
    private static readonly string[] Vendors =
    [
        "astral-sh", "aws-actions", "azure", "cloudflare", "codecov", "denoland", "docker", "dotnet", "golang", "golangci", "google-github-actions",
        "goreleaser", "gradle", "hashicorp", "microsoft", "oven-sh", "pnpm", "pypa", "ruby", "rust-lang", "sigstore", "sonarsource",
    ];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA020", "unpinned-action", Category.Security, Severity.High,
        What: "An action, reusable workflow or container step named by a tag or branch instead of a commit or digest; low for GitHub's own and one's own, medium for large vendors and called workflows, high for anyone else.",
        Why: "Whoever can move the tag, or steals the account that can, runs code in your pipeline with its secrets.",
        Remedy: "Pin the full commit SHA, keep the version in a comment, and let an update tool move both.")
    {
        Confidence = 0.98,
        Equivalents = ["zizmor/unpinned-uses", "poutine/unpinnable_action", "scorecard/Pinned-Dependencies"],
        References =
        [
            "CWE-829", "CWE-494", "OWASP CICD-SEC-3",
            "https://docs.github.com/actions/reference/security/secure-use#using-third-party-actions",
        ],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowOrActionPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        var called = workflow.Jobs.Select(job => job.Uses).OfType<DataNode>().Select(uses => (Uses: uses, IsCall: true));
        var steps = workflow.Steps.Select(step => step.Uses).OfType<DataNode>().Select(uses => (Uses: uses, IsCall: false));
        foreach (var (uses, isCall) in called.Concat(steps))
        {
            var action = ActionReference.Parse(uses.Text!);
            if (action.IsPinned || action is { Kind: ActionKind.Invalid } or { Kind: ActionKind.Remote, Ref: null })
            {
                continue;
            }

            var location = new Location(file.Path, uses.Line, uses.Line, uses.Start.Column, uses.Start.Column + uses.Text!.Length);
            if (action.Kind == ActionKind.Docker)
            {
                yield return Descriptor.At(location, $"The image '{action.Path}' is not pinned by a digest.") with { Severity = Severity.Medium };
            }
            else
            {
                yield return Descriptor.At(location, $"'{action.Name}' is named by '{action.Ref}', which its owner can move to other code.") with
                {
                    Severity = Rank(action, file, isCall),
                    Fix = Repair(workflow, uses, action),
                };
            }
        }
    }

    /// <summary>The newest version that the catalog knows, when it is what the tag means; behind another comment there is no place for it.</summary>
    private static Fix? Repair(Workflow workflow, DataNode uses, ActionReference action)
    {
        var known = ActionCatalog.Find(action.Path.Length > 0 ? $"{action.Name}/{action.Path}" : action.Name);
        var line = workflow.Lines[uses.Line - 1];
        var end = uses.End.Column - 1;
        return known is null || line.Length > UsedVersion.MaxLine || !Means(action.Ref!, known.Version) || !uses.IsPlain || uses.End.Line != uses.Line || line.AsSpan(end).Trim().Length > 0 ? null
            : new($"Pin {known.Version}", workflow.File.Path, [new Edit(uses.Line, uses.Line, $"{line[..(end - action.Ref!.Length)]}{known.Commit} # {known.Version}")]);
    }

    /// <summary>Whether a tag is that version, or the moving tag of its major version.</summary>
    private static bool Means(string reference, string version) => reference == version || (version.StartsWith('v') && reference == version.Split('.')[0]);

    private static Severity Rank(ActionReference action, SnapshotFile file, bool isCall)
    {
        if (GitHub.Contains(action.Owner) || IsOwn(action, file))
        {
            return Severity.Low;
        }

        // A reusable workflow of a stranger is rare: most often it belongs to the same organization.
        return isCall || Vendors.Contains(action.Owner) ? Severity.Medium : Severity.High;
    }

    /// <summary>Whether the file itself says that the repository belongs to the action's owner, as in
    /// <c>if: github.repository_owner == 'owner'</c>.</summary>
    private static bool IsOwn(ActionReference action, SnapshotFile file) =>
        file.Text.Contains($"github.repository_owner == '{action.Owner}'", StringComparison.OrdinalIgnoreCase)
        || file.Text.Contains($"github.repository == '{action.Owner}/", StringComparison.OrdinalIgnoreCase);
}
