using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a step that does not give its action what that cannot do without.</summary>
internal sealed class MissingActionInput : WorkflowsRule
{
    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["actions/cache"] = ["path", "key"],
        ["actions/cache/restore"] = ["path", "key"],
        ["actions/cache/save"] = ["path", "key"],
        ["actions/upload-artifact"] = ["path"],
        ["actions/github-script"] = ["script"],
        ["actions/create-github-app-token"] = ["private-key"],
        ["aws-actions/configure-aws-credentials"] = ["aws-region"],
        ["dorny/paths-filter"] = ["filters"],
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA074", "missing-action-input", Category.CiCd, Severity.High,
        What: "A step without an input that its action, of this repository or of a short list, requires.",
        Why: "The action fails, or does something else than its author meant.",
        Remedy: "Give the input under `with`.")
    {
        Equivalents = ["actionlint/action"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputsinput_idrequired"],
    };

    protected override IEnumerable<Finding> Check(RepositorySnapshot snapshot, Workflow workflow)
    {
        var local = new LocalActions(snapshot);
        foreach (var step in workflow.Steps)
        {
            var given = Workflow.Pairs(step.Node["with"]).Select(input => input.Key.Text!).ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (step.Uses is null || given.Any(name => name.Contains("${{", StringComparison.Ordinal)) || step.Node["with"] is { Kind: not NodeKind.Mapping, Text: not null })
            {
                continue;
            }

            var root = local.Of(step);
            foreach (var input in Needed(step, root).Where(input => !given.Contains(input)))
            {
                yield return At(step.Workflow, step.Uses, $"'{step.Uses.Text}' requires the input '{input}'.") with { Severity = root is null ? Severity.High : Severity.Low };
            }
        }
    }

    private static IEnumerable<string> Needed(WorkflowStep step, DataNode? root) =>
        root is not null ? Workflow.Pairs(root["inputs"]).Where(input => input.Value["required"]?.IsTrue == true && input.Value["default"] is null).Select(input => input.Key.Text!)
        : step.Action is { Kind: ActionKind.Remote } action ? Required.GetValueOrDefault(action.Path.Length > 0 ? $"{action.Name}/{action.Path}" : action.Name, [])
        : [];
}
