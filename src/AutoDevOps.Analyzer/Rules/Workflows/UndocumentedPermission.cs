using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a permission of which nothing says what it is for.</summary>
internal sealed class UndocumentedPermission : WorkflowRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA064", "undocumented-permission", Category.Security, Severity.Info,
        What: "A permission beyond `contents: read` without a comment that says what needs it.",
        Why: "Nobody dares to take away what nobody knows the reason of.",
        Remedy: "Write the reason behind it: `packages: write # pushes the image`.")
    {
        Strict = true,
        Equivalents = ["zizmor/undocumented-permissions"],
        References = ["CWE-250", "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var permissions in workflow.Jobs.Select(job => job.Node["permissions"]).Prepend(workflow.Root["permissions"]).OfType<DataNode>())
        {
            if (HasComment(workflow, permissions.Line - 1) || HasComment(workflow, permissions.Line - 2))
            {
                continue;
            }

            foreach (var (scope, level) in Workflow.Pairs(permissions))
            {
                if (level.Text is "read" or "write" && (scope.Text, level.Text) is not ("contents", "read") && !HasComment(workflow, scope.Line) && !IsComment(workflow, scope.Line - 1))
                {
                    yield return At(workflow, scope, $"Nothing says what '{scope.Text}: {level.Text}' is for.");
                }
            }
        }
    }

    private static bool HasComment(Workflow workflow, int line) => line > 0 && line <= workflow.Lines.Count && workflow.Lines[line - 1] is var text && (text.Length > UsedVersion.MaxLine || text.Contains('#', StringComparison.Ordinal));

    private static bool IsComment(Workflow workflow, int line) => line > 0 && line <= workflow.Lines.Count && workflow.Lines[line - 1].AsSpan().TrimStart().StartsWith("#");
}
