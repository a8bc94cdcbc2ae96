using System.Globalization;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags filters of an event that exclude each other, and inputs whose default does not fit them.</summary>
internal sealed class InvalidEventFilter : IFileRule
{
    private static readonly string[] Filters = ["branches", "tags", "paths"];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA012", "invalid-event-filter", Category.CiCd, Severity.High,
        What: "An event with a filter and its `-ignore` twin, an input of choices that offers none or one twice, options of an input that is no choice, or an input whose default does not fit its type.",
        Why: "GitHub refuses the workflow or the dialogue that starts it, or leaves out what was meant to be chosen from.",
        Remedy: "Keep one of the two filters and exclude with '!'; give a choice, and no other input, its options, and an input a default of its type.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/events"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var trigger in Workflow.Read(file)?.Triggers ?? [])
        {
            if (trigger.Name is "workflow_dispatch" or "workflow_call")
            {
                foreach (var finding in Workflow.Pairs(trigger.Filter?["inputs"]).SelectMany(input => InputProblems(file, input.Key.Text!, input.Value)))
                {
                    yield return finding;
                }
            }

            foreach (var filter in Filters.Where(filter => trigger.Filter?[filter] is not null && trigger.Filter[$"{filter}-ignore"] is not null))
            {
                var line = Math.Max(trigger.Filter!.Key(filter)!.Line, trigger.Filter.Key($"{filter}-ignore")!.Line);
                yield return Descriptor.At(file.Path, line, $"'{trigger.Name}' has both '{filter}' and '{filter}-ignore', which exclude each other.");
            }
        }
    }

    private IEnumerable<Finding> InputProblems(SnapshotFile file, string name, DataNode input)
    {
        var type = input["type"]?.Text;
        var given = input["default"];
        foreach (var twice in (input["options"]?.Items ?? []).Where(option => option.Text is not null).GroupBy(option => option.Text).Where(same => same.Count() > 1).Select(same => same.ElementAt(1)))
        {
            yield return Descriptor.At(NodeLocation.Of(file, twice), $"Input '{name}' offers '{twice.Text}' twice.") with { Severity = Severity.Low };
        }

        if (type != "choice" && input["options"] is { Items.Count: > 0 })
        {
            yield return Descriptor.At(NodeLocation.Of(file, input.Key("options")!), $"Input '{name}' has options and is no choice, so that GitHub does not offer them.") with { Severity = Severity.Medium };
        }

        if (type == "choice" && input["options"] is not { Items.Count: > 0 })
        {
            yield return Descriptor.At(file.Path, input["type"]!.Line, $"Input '{name}' is a choice without options.");
        }
        else if (given?.Text is { Length: > 0 } text && !text.Contains("${{", StringComparison.Ordinal) && !Fits(text, type, input))
        {
            yield return Descriptor.At(NodeLocation.Of(file, given), $"The default '{text}' of input '{name}' is no {(type == "choice" ? "option of it" : type)}.");
        }
    }

    private static bool Fits(string text, string? type, DataNode input) => type switch
    {
        "boolean" => bool.TryParse(text, out _),
        "number" => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        "choice" => input["options"]!.Items.Any(option => option.Text == text || option.Text?.Contains("${{", StringComparison.Ordinal) == true),
        _ => true,
    };
}
