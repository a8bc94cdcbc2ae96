using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an input that the action does not have.</summary>
/// <remarks>Of published actions the catalog knows the newest version only, so of older ones only those are judged that never lost an input; and of
/// most perhaps not all inputs are known, so that only what is almost one counts.</remarks>
internal sealed class UnknownActionInput : WorkflowsRule
{
    /// <summary>What none of their versions had an input of, that has another name now.</summary>
    private static readonly string[] NeverLostAny =
        ["actions/cache", "actions/checkout", "actions/download-artifact", "actions/setup-go", "actions/setup-node", "actions/setup-python", "actions/upload-artifact"];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA073", "unknown-action-input", Category.CiCd, Severity.Medium,
        What: "An input under `with` that the action, of this repository or of the catalog, does not have.",
        Why: "The runner warns and goes on without it, so what the input was meant to do does not happen.",
        Remedy: "Correct the name of the input, or remove it.")
    {
        Equivalents = ["actionlint/action"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepswith"],
    };

    protected override IEnumerable<Finding> Check(RepositorySnapshot snapshot, Workflow workflow)
    {
        var local = new LocalActions(snapshot);
        foreach (var step in workflow.Steps.Where(step => step.Node["with"] is { Kind: NodeKind.Mapping }))
        {
            if (Inputs(local, step) is not { } inputs)
            {
                continue;
            }

            foreach (var (key, _) in Workflow.Pairs(step.Node["with"]))
            {
                if (!key.Text!.Contains("${{", StringComparison.Ordinal) && !inputs.Contains(key.Text)
                    && NearestName.Of(key.Text, inputs) is var nearest && (nearest is not null || step.Action is not { Kind: ActionKind.Remote } action || (action.Owner == "actions" && IsNewest(step, action))))
                {
                    var hint = nearest is null ? "" : $" Did you mean '{nearest}'?";
                    yield return At(step.Workflow, key, $"'{step.Uses!.Text}' has no input '{key.Text}'.{hint}");
                }
            }
        }
    }

    private static HashSet<string>? Inputs(LocalActions local, WorkflowStep step)
    {
        if (local.Of(step) is { } root)
        {
            var names = Workflow.Pairs(root["inputs"]).Select(input => input.Key.Text!);
            return new(root.At("runs", "using")?.Text == "docker" ? names.Concat(["args", "entrypoint"]) : names, StringComparer.OrdinalIgnoreCase);
        }

        return step.Action is { Kind: ActionKind.Remote } action
            && ActionCatalog.Find(action.Path.Length > 0 ? $"{action.Name}/{action.Path}" : action.Name) is { Inputs.Count: > 0, Using: not "docker" } known
            && (IsNewest(step, action) || (action.Path.Length == 0 && NeverLostAny.Contains(action.Name)))
                ? new(known.Inputs, StringComparer.OrdinalIgnoreCase)
                : null;
    }

    /// <summary>Whether the step uses the version that the catalog knows.</summary>
    private static bool IsNewest(WorkflowStep step, ActionReference action) =>
        ActionCatalog.Find(action.Path.Length > 0 ? $"{action.Name}/{action.Path}" : action.Name) is { } known
        && (known.Commit == action.Ref || (UsedVersion.Major(step) is { } major && known.Version.TrimStart('v').Split('.')[0] == $"{major}"));
}
