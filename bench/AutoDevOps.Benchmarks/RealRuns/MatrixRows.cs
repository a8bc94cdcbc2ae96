using System.Globalization;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>Which rows of a job's matrix are run: of an axis that chooses what is done, every value; of versions the newest; of systems Linux;
/// of others the first.</summary>
internal static partial class MatrixRows
{
    public static IEnumerable<ExpressionValue> Of(WorkflowJob job)
    {
        var matrix = job.Node.At("strategy", "matrix");
        var row = new Dictionary<string, ExpressionValue>(StringComparer.Ordinal);
        (string Axis, IReadOnlyList<DataNode> Values)? tasks = null;
        foreach (var (key, value) in matrix?.Entries ?? [])
        {
            if (key.Text is not { } axis || axis is "include" or "exclude" || Values(value) is not [var first, ..] values)
            {
                continue;
            }

            row[axis] = Value(values.FirstOrDefault(IsLinux) ?? (Version().IsMatch(axis) ? values.MaxBy(Number)! : first));
            if (tasks is null && !Version().IsMatch(axis) && first.Text is { } word && char.IsAsciiLetterLower(word[0]) && job.Steps.Any(step => step.Run?.Text!.Contains($"matrix.{axis} ", StringComparison.Ordinal) == true))
            {
                tasks = (axis, values);
            }
        }

        // A row that agrees with what is chosen adds to it; without axes, the rows are the matrix.
        var rows = matrix?["include"]?.Items ?? [];
        var extra = row.Count == 0
            ? rows.LastOrDefault(included => included.Entries.Any(entry => IsLinux(entry.Value))) ?? (rows.Count > 0 ? rows[^1] : null)
            : rows.FirstOrDefault(included => included.Entries.Any(entry => row.ContainsKey(entry.Key.Text ?? "")) && included.Entries.All(entry => !row.TryGetValue(entry.Key.Text ?? "", out var chosen) || chosen.AsText() == entry.Value.Text));
        foreach (var (key, value) in extra?.Entries ?? [])
        {
            row.TryAdd(key.Text ?? "", Value(value));
        }

        return tasks is not { } task
            ? [new ExpressionValue.ObjectValue(row)]
            : task.Values.Select(value => new ExpressionValue.ObjectValue(new Dictionary<string, ExpressionValue>(row, StringComparer.Ordinal) { [task.Axis] = Value(value) }));
    }

    private static IReadOnlyList<DataNode> Values(DataNode axis) => axis.Kind == NodeKind.Sequence ? axis.Items : [];

    private static bool IsLinux(DataNode value) =>
        value.Text is { } text && (text.StartsWith("ubuntu", StringComparison.OrdinalIgnoreCase) || text.StartsWith("linux", StringComparison.OrdinalIgnoreCase));

    private static double Number(DataNode value) =>
        double.TryParse(LeadingNumber().Match(value.Text ?? "").Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static ExpressionValue Value(DataNode node) => node.Kind switch
    {
        NodeKind.Mapping => new ExpressionValue.ObjectValue(node.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text ?? "", Value(entry.Value)))),
        NodeKind.Sequence => new ExpressionValue.ArrayValue([.. node.Items.Select(Value)]),
        _ => node.Text is "true" or "false" && node.IsPlain ? ExpressionValue.Of(node.Text == "true") : ExpressionValue.Of(node.Text ?? ""),
    };

    [GeneratedRegex("(version|node|sdk|^name$|^os$|platform|runner|image)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Version();

    [GeneratedRegex(@"[0-9]+(\.[0-9]+)?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex LeadingNumber();
}
