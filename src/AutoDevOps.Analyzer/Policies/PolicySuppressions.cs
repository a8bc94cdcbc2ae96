using System.Globalization;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Policies;

/// <summary>Reads the list <c>suppress</c> of a policy: which findings may stay, why, and until when.</summary>
internal static class PolicySuppressions
{
    private const int MaxItems = 500;
    private const string Shape = "suppress must be a list such as `- {rule: GHA020, path: .github/workflows/ci.yml, reason: we own it, until: 2027-01-31}`";

    private static readonly string[] Keys = ["rule", "path", "reason", "until"];

    /// <param name="tell">Takes each mistake.</param>
    /// <param name="path">Of the file, for the places.</param>
    public static IEnumerable<PolicySuppression> Read(DataNode node, Action<Diagnostic> tell, string path)
    {
        if (node.Kind != NodeKind.Sequence || node.Items.Count > MaxItems)
        {
            tell(new(path, node.Line, $"{Shape}, of at most {MaxItems} items."));
            yield break;
        }

        foreach (var item in node.Items)
        {
            var problems = Problems(item).ToList();
            problems.ForEach(problem => tell(new(path, problem.Line, problem.Message)));
            if (problems.Count == 0)
            {
                yield return new(item["rule"]!.Text!, item["path"]?.Text, item["reason"]!.Text!, Date(item["until"]), item.Line);
            }
        }
    }

    private static IEnumerable<(int Line, string Message)> Problems(DataNode item)
    {
        if (item.Kind != NodeKind.Mapping)
        {
            yield return (item.Line, $"{Shape}.");
            yield break;
        }

        foreach (var (key, _) in item.Entries.Where(entry => !Keys.Contains(entry.Key.Text)))
        {
            var near = NearestName.Of(key.Text ?? "", Keys) is { } nearest ? $"; did you mean {nearest}?" : ".";
            yield return (key.Line, $"'{key.Text}' is not a key of a suppression{near} There are: {string.Join(", ", Keys)}.");
        }

        if (Rule(item["rule"]?.Text) is { } wrong)
        {
            yield return (item["rule"]?.Line ?? item.Line, wrong);
        }

        if (string.IsNullOrWhiteSpace(item["reason"]?.Text))
        {
            yield return (item.Line, "A suppression needs a reason, for whoever reads it next.");
        }

        if (item["path"] is { } place && (string.IsNullOrEmpty(place.Text) || place.Text.StartsWith('!')))
        {
            yield return (place.Line, "path must be one pattern as in a .gitignore.");
        }

        if (item["until"] is { } until && Date(until) is null)
        {
            yield return (until.Line, $"until is '{until.Text}', and must be a day such as 2027-01-31.");
        }
    }

    private static string? Rule(string? name) =>
        name is null ? "A suppression names one rule, by its id or name."
        : RuleCatalog.Find(name) is not { } rule ? $"'{name}' is no rule{(NearestName.Of(name, RuleCatalog.All.Select(rule => rule.Descriptor.Name)) is { } near ? $"; did you mean {near}?" : ".")}"
        : rule.CanBeIgnored ? null
        : $"'{name}' tells what a policy demands: it cannot be suppressed.";

    private static DateOnly? Date(DataNode? node) =>
        DateOnly.TryParseExact(node?.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}
