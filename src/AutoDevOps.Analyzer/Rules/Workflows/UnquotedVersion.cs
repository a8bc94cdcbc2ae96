using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a version that YAML takes for a number, which loses its last zero.</summary>
internal sealed partial class UnquotedVersion : WorkflowRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA076", "unquoted-version", Category.CiCd, Severity.High,
        What: "A version such as 3.10 or 1.20 without quotes.",
        Why: "To YAML it is a number, and 3.10 is 3.1: another version is set up, or none is found.",
        Remedy: "Put the version into quotes.")
    {
        Confidence = 0.97,
        References = ["https://github.com/actions/setup-python/blob/main/docs/advanced-usage.md#using-the-python-version-input"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        var axes = workflow.Jobs.Select(job => job.Node.At("strategy", "matrix")).OfType<DataNode>()
            .SelectMany(matrix => Workflow.Pairs(matrix).Concat((matrix["include"]?.Items ?? []).SelectMany(Workflow.Pairs)));
        var inputs = workflow.Steps.SelectMany(step => Workflow.Pairs(step.Node["with"]));
        foreach (var value in axes.Concat(inputs).Where(pair => Name().IsMatch(pair.Key.Text!)).SelectMany(pair => pair.Value.ScalarOrItems()))
        {
            if (value is { Type: ScalarType.Number, IsPlain: true } && Losing().IsMatch(value.Text!))
            {
                yield return At(workflow, value, $"{value.Text} is the number {value.Text!.TrimEnd('0')}.") with { Fix = Repair(workflow, value) };
            }
        }
    }

    private static Fix? Repair(Workflow workflow, DataNode value)
    {
        // All of the line, or the patch for its second value would not go with that for its first.
        var line = workflow.Lines[value.Line - 1];
        var (start, end) = (value.Start.Column - 1, value.End.Column - 1);
        return line.Length > UsedVersion.MaxLine ? null : new($"Quote {value.Text}", workflow.File.Path, [new Edit(value.Line, value.Line, $"{line[..start]}'{line[start..end]}'{line[end..]}")]);
    }

    [GeneratedRegex("version|python|^go$|golang|ruby|node|php|swift|elixir|django|rust|^py$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Name();

    [GeneratedRegex(@"^\d+\.\d+0$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Losing();
}
