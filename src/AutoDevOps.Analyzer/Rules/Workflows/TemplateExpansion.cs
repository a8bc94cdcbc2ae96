using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags text that people with write access choose being pasted into a script by <c>${{ }}</c>.</summary>
internal sealed class TemplateExpansion : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA027", "template-expansion", Category.Security, Severity.Low,
        What: "An input or ref name that people with write access choose, pasted into a script by `${{ }}`.",
        Why: "Quotes and `$()` in the value become part of the program; at best a branch named `it's` breaks the job.",
        Remedy: "Put the value into `env` of the step and use it there as a quoted shell variable.")
    {
        Confidence = 0.8,
        Strict = true,
        Equivalents = ["zizmor/template-injection"],
        References = ["CWE-94", "https://docs.github.com/actions/concepts/security/script-injections"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowOrActionPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        var fixes = new YamlFix(file);
        foreach (var step in workflow.Steps)
        {
            foreach (var (script, sink) in ScriptSinks.Of(step))
            {
                foreach (var expression in workflow.Expressions(script))
                {
                    if ((expression.Tree?.Flows() ?? []).FirstOrDefault(path => IsFreeText(workflow, path)) is { } source)
                    {
                        yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), $"'{source}' becomes part of {sink}.") with
                        {
                            Fix = source.AsJson ? null : ScriptVariable.Fix(fixes, step, expression, source.ToString()),
                        };
                    }
                }
            }
        }
    }

    private static bool IsFreeText(Workflow workflow, ContextPath path) => path.ToString().ToLowerInvariant() switch
    {
        "github.ref_name" or "github.ref" or "github.event.release.tag_name" or "github.event.release.name" or "github.event.release.body" => true,
        _ => path.Names switch
        {
            ["inputs", var input] => IsText(workflow, input),
            ["github", "event", "inputs", var input] => IsText(workflow, input),
            _ => false,
        },
    };

    private static bool IsText(Workflow workflow, string input)
    {
        if (workflow.IsAction)
        {
            return true;
        }

        var declared = workflow.Triggers.Select(trigger => trigger.Filter?.At("inputs", input)).OfType<DataNode>().ToList();
        return declared.Count > 0 && declared.All(node => node["type"]?.Text is null or "string");
    }
}
