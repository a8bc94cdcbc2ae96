using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an action for which the runner has a program of its own.</summary>
internal sealed class SuperfluousAction : WorkflowOrActionRule
{
    private static readonly Dictionary<string, string> BuiltIn = new(StringComparer.Ordinal)
    {
        ["softprops/action-gh-release"] = "gh release create",
        ["ncipollo/release-action"] = "gh release create",
        ["svenstaro/upload-release-action"] = "gh release upload",
        ["dtolnay/rust-toolchain"] = "rustup toolchain install",
        ["addnab/docker-run-action"] = "docker run",
        ["juliangruber/read-file-action"] = "cat",
        ["peter-evans/create-or-update-comment"] = "gh issue comment",
        ["peter-evans/close-issue"] = "gh issue close",
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA066", "superfluous-action", Category.Security, Severity.Info,
        What: "An action of a third party that does what a program on every hosted runner does.",
        Why: "Each action is code of somebody else with the job's token.",
        Remedy: "Call the program in a `run` step.")
    {
        Confidence = 0.8,
        Strict = true,
        Equivalents = ["zizmor/superfluous-actions"],
        References = ["CWE-1357", "https://github.com/actions/runner-images"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow) =>
        workflow.Steps.Where(step => step.Action is { Kind: ActionKind.Remote } action && BuiltIn.ContainsKey(action.Name))
            .Select(step => At(workflow, step.Uses!, $"'{step.Action!.Name}' does what '{BuiltIn[step.Action.Name]}' does."));
}
