using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a pinned commit whose comment names another version than the commit is of.</summary>
internal sealed class VersionCommentMismatch : WorkflowOrActionRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA070", "version-comment-mismatch", Category.Security, Severity.Medium,
        What: "A pinned commit of an action, behind which stands a version that it is not.",
        Why: "People and update tools believe the comment, and so take one version for another.",
        Remedy: "Write the version that the commit is of.")
    {
        Confidence = 0.97,
        Equivalents = ["zizmor/ref-version-mismatch"],
        References = ["CWE-1104", "https://docs.github.com/actions/reference/security/secure-use#using-third-party-actions"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var step in workflow.Steps)
        {
            if (step.Action is not { Kind: ActionKind.Remote, IsPinned: true } action || UsedVersion.Parts(step) is not { Count: > 0 } written)
            {
                continue;
            }

            var known = ActionCatalog.Find(action.Path.Length > 0 ? $"{action.Name}/{action.Path}" : action.Name) ?? ActionCatalog.Find(action.Name);
            if (known?.Commit == action.Ref && !known!.Version.TrimStart('v').Split('.').Take(written.Count).SequenceEqual(written.Select(part => part.ToString(System.Globalization.CultureInfo.InvariantCulture))))
            {
                yield return At(workflow, step.Uses!, $"The commit is {known.Version} of '{action.Name}', and the comment says {string.Join('.', written)}.") with { Fix = Repair(step, known.Version) };
            }
        }
    }

    private static Fix Repair(WorkflowStep step, string version)
    {
        var (line, end) = (step.Workflow.Lines[step.Uses!.Line - 1], step.Uses.End.Column - 1);
        return new($"Say {version}", step.Workflow.File.Path, [new Edit(step.Uses.Line, step.Uses.Line, $"{line[..end]} # {version}")]);
    }
}
