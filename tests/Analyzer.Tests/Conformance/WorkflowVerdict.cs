using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Tests.Conformance;

/// <summary>Whether a workflow is accepted: no rule on the correctness of workflows has anything to say.</summary>
internal static class WorkflowVerdict
{
    /// <summary>The rules that say what GitHub refuses. What fails only once it runs is not among them.</summary>
    private static readonly string[] Refusals =
        ["GHA001", "GHA002", "GHA003", "GHA004", "GHA005", "GHA006", "GHA007", "GHA009", "GHA010", "GHA011", "GHA012", "GHA013"];

    private static readonly string[] Later =
    [
        "GHA008", "GHA014", "GHA015", "GHA016", "GHA017", "GHA021", "GHA055", "GHA062", "GHA073", "GHA074", "GHA075", "GHA076", "GHA077", "GHA078",
        "GHA079", "GHA080", "GHA081", "GHA082",
    ];

    private static readonly IReadOnlyList<IRule> Rules = [.. RuleCatalog.All.Where(rule => Refusals.Contains(rule.Descriptor.Id))];

    /// <summary>The first thing said against it, or null. An empty file beside it stands for one that is not known.</summary>
    public static string? Objection(string text, params (string Path, string Text)[] others) =>
        Objection(Rules, text, others);

    /// <summary>The first thing said by any rule of the family, also by those on what fails or gives a wrong answer later.</summary>
    public static string? AnyObjection(string text) =>
        Objection([.. RuleCatalog.All.Where(rule => rule.Descriptor.Id.StartsWith("GHA", StringComparison.Ordinal)
            && (Refusals.Contains(rule.Descriptor.Id) || Later.Contains(rule.Descriptor.Id)))], text, []);

    private static string? Objection(IReadOnlyList<IRule> rules, string text, (string Path, string Text)[] others)
    {
        var snapshot = RepositorySnapshot.FromText([(".github/workflows/case.yml", text), .. others]);
        var model = RepositoryModelBuilder.Build(snapshot).Model;
        var unsaid = others.Where(other => other.Text.Length == 0).Select(other => other.Path).ToHashSet(StringComparer.Ordinal);
        var finding = rules.SelectMany(rule => Analyzer.Tests.Rules.RuleFixture.Run(rule, snapshot, model)).FirstOrDefault(found => !unsaid.Contains(found.Location.Path));
        return finding is null ? null : $"{finding.Rule.Id} line {finding.Location.StartLine}: {finding.Message}";
    }
}
